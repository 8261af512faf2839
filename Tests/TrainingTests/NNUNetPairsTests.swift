import Evaluation
import Files
import Foundation
import Scratch
import Testing
import Training

/// Raw datasets of nnU-Net as annotated pairs.
@Suite struct NNUNetPairsTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func make(
    _ json: String, images: [String] = ["a_0000.nii.gz", "b_0000.nii.gz"], labels: [String] = ["a.nii.gz", "b.nii.gz"]
  ) throws {
    for (directory, names) in [("imagesTr", images), ("labelsTr", labels)] {
      try FileManager.default.createDirectory(
        atPath: scratch.file(directory), withIntermediateDirectories: true)
      for name in names { try publish("", to: scratch.file("\(directory)/\(name)")) }
    }
    try publish(json, to: scratch.file("dataset.json"))
  }

  private func json(
    labels: String = #"{"background": 0, "cells": 1, "ignore": 2}"#, channels: String = #"{"0": "signal"}"#,
    further: String = #", "file_ending": ".nii.gz", "numTraining": 2"#
  ) -> String { #"{"channel_names": \#(channels), "labels": \#(labels)\#(further)}"# }

  private func message() -> String {
    do {
      return "not refused: \(try AnnotatedPairs(scratch.path))"
    } catch {
      return "\((error as? Fault)?.message ?? "\(error)")"
    }
  }

  @Test func takesLabelsAtTheirWord() throws {
    try make(json())
    let listing = try AnnotatedPairs(scratch.path)
    #expect(listing.pairs.map(\.name) == ["a", "b"] && listing.dataset?.doubts.isEmpty == true)
    #expect(listing.pairs[0].imagePath == scratch.file("imagesTr/a_0000.nii.gz"))
    #expect(listing.pairs[0].labelPath == scratch.file("labelsTr/a.nii.gz"))
    let map = try LabelMap(parsing: #require(listing.dataset?.labelMap))
    #expect(map.mappedClass(of: 0) == VoxelClasses.background && map.mappedClass(of: 1) == VoxelClasses.foreground)
    #expect(map.mappedClass(of: 2) == VoxelClasses.ignored && map.mappedClass(of: 3) == nil)
    try make(
      json(
        labels: #"{"background": 0, "whole": [1, 2, 4], "core": [4]}"#,
        further: #", "file_ending": ".nii.gz", "regions_class_order": [1, 4]"#))
    #expect(try AnnotatedPairs(scratch.path).dataset?.labelMap == "0=0,1=1,2=1,4=1")
  }

  @Test func passesStraysOver() throws {
    try make(
      json(), images: ["a_0000.nii.gz", "b_0000.nii.gz", "c_0000.tif", "Thumbs.db", "d.nii.gz", ".hidden"],
      labels: ["a.nii.gz", "b.nii.gz", "e.nii.gz"])
    let listing = try AnnotatedPairs(scratch.path)
    #expect(listing.pairs.map(\.name) == ["a", "b"])
    let doubts = try #require(listing.dataset?.doubts)
    #expect(doubts.count == 1 && doubts[0].contains("4 files"), "\(doubts)")
    try make(json(further: #", "file_ending": ".nii.gz", "numTraining": 7"#))
    #expect(try AnnotatedPairs(scratch.path).dataset?.doubts.contains { $0.contains("7 cases") } == true)
  }

  @Test func refusesWhatDoesNotFit() throws {
    try make(json(channels: #"{"0": "nuclei", "1": "vessels"}"#))
    #expect(message().contains("2 channels (0: nuclei, 1: vessels)"), "\(message())")
    try make(json(channels: #"{"0": "nuclei", "1": "vessels"}"#), images: ["a_0001.nii.gz", "b_0001.nii.gz"])
    #expect(try AnnotatedPairs(scratch.path, channel: 1).pairs[0].imagePath == scratch.file("imagesTr/a_0001.nii.gz"))
    #expect(throws: Fault.self) { try AnnotatedPairs(scratch.path, channel: 2) }
    try make(json())
    #expect(message().contains("channel 1"), "\(message())")
    for name in ["a", "b"] { try FileManager.default.removeItem(atPath: scratch.file("imagesTr/\(name)_0001.nii.gz")) }
    try make(json(), images: ["f_0000.nii.gz"])
    #expect(message().contains("labelsTr/f.nii.gz"), "\(message())")
    try make(json(further: ""))
    #expect(message().contains("file_ending"), "\(message())")
    try make("{")
    #expect(message().contains("JSON"), "\(message())")
    try publish("{}", to: scratch.file("dataset_fingerprint.json"))
    #expect(message().contains("preprocessed"), "\(message())")
  }

  @Test func takesListedCases() throws {
    try FileManager.default.createDirectory(atPath: scratch.file("x"), withIntermediateDirectories: true)
    try publish(
      json(
        further: """
          , "file_ending": ".nii.gz", "dataset": {"one": {"images": ["x/i.nii.gz"], "label": "/elsewhere/l.nii.gz"},
          "two": {"images": ["$SHEAF_NOWHERE_AT_ALL/i.nii.gz"], "label": "l.nii.gz"}}
          """), to: scratch.file("dataset.json"))
    #expect(message().contains("SHEAF_NOWHERE_AT_ALL"), "\(message())")
    try publish(
      json(
        further: """
          , "file_ending": ".nii.gz", "dataset": {"one": {"images": ["x/i.nii.gz"], "label": "/elsewhere/l.nii.gz"},
          "two": {"images": ["${HOME}/i.nii.gz"], "label": "./l.nii.gz"}}
          """), to: scratch.file("dataset.json"))
    let pairs = try AnnotatedPairs(scratch.path).pairs
    #expect(pairs.map(\.name) == ["one", "two"])
    #expect(pairs[0].imagePath == scratch.file("x/i.nii.gz") && pairs[0].labelPath == "/elsewhere/l.nii.gz")
    #expect(pairs[1].imagePath.hasSuffix("/i.nii.gz") && !pairs[1].imagePath.contains("$"))
    #expect(pairs[1].labelPath == scratch.file("l.nii.gz"))
  }

  @Test func takesDatasetsOfTheDecathlon() throws {
    try make(
      #"{"modality": {"0": "LSM"}, "labels": {"0": "background", "1": "cells"}, "training": [{"image": "./imagesTr/a.nii.gz", "label": "./labelsTr/a.nii.gz"}]}"#
    )
    let pairs = try AnnotatedPairs(scratch.path).pairs
    #expect(pairs.map(\.name) == ["a"] && pairs[0].imagePath == scratch.file("imagesTr/a_0000.nii.gz"))
    // A directory of datasets.
    let parent = try ScratchDirectory()
    try FileManager.default.createDirectory(
      atPath: parent.file("Dataset001_A"), withIntermediateDirectories: true)
    try publish("{}", to: parent.file("Dataset001_A/dataset.json"))
    let fault = #expect(throws: Fault.self) { try AnnotatedPairs(parent.path) }
    #expect(fault?.message.contains("Dataset001_A") == true)
  }

  // MARK: Folds

  private func split(_ text: String, folds: Int = 2) throws -> [Int?] {
    try publish(text, to: scratch.file("splits_final.json"))
    let listing = try AnnotatedPairs(scratch.path)
    return try listing.pairs(folds: folds).map(\.fold)
  }

  @Test func foldsAreThoseOfSplitsFinal() throws {
    try make(
      json(further: #", "file_ending": ".nii.gz""#), images: ["a_0000.nii.gz", "b_0000.nii.gz", "c_0000.nii.gz"],
      labels: ["a.nii.gz", "b.nii.gz", "c.nii.gz"])
    #expect(try AnnotatedPairs(scratch.path).pairs(folds: 2).map(\.fold) == [nil, nil, nil])
    let whole = #"[{"train": ["b"], "val": ["a", "c"]}, {"train": ["c", "a"], "val": ["b"]}]"#
    #expect(try split(whole) == [0, 1, 0])
    // Nobody asked for folds.
    #expect(try split(whole, folds: 1) == [nil, nil, nil])
    for (text, folds, words) in [
      (whole, 5, ["lists 2 folds", "5 were asked for", "--folds 2"]),
      (#"[{"train": ["b"], "val": ["a"]}, {"train": ["c", "a"], "val": ["b"]}]"#, 2, ["case c", "no fold"]),
      (#"[{"train": ["b"], "val": ["a", "c"]}, {"train": ["a"], "val": ["b", "c"]}]"#, 2, ["case c", "fold 0, 1"]),
      (#"[{"train": ["b"], "val": ["a", "c", "d"]}, {"train": ["c", "a"], "val": ["b"]}]"#, 2, ["case d"]),
      (#"[{"train": ["b"]}, {"val": ["b"]}]"#, 2, ["\"val\""]), (#"{"0": 1}"#, 2, ["list of folds"]),
    ] {
      do {
        Issue.record("not refused: \(try split(text, folds: folds))")
      } catch let fault as Fault {
        for word in words + ["splits_final.json"] { #expect(fault.message.contains(word), "\(fault.message)") }
      }
    }
  }
}
