import Architectures
import Files
import Foundation
import Networks
import Recipes
import Scratch
import Testing
import Training

@Suite struct RecipeTests {
  @Test func everyTierHasDefaultsThatPassTheirOwnCheck() throws {
    for tier in ["XS", "S", "L"] {
      let pretraining = try PretrainingRecipe.resolve(file: nil, options: [("tier", tier)])
      #expect(pretraining == PretrainingRecipe.standard(tier: tier))
      let finetuning = try FinetuningRecipe.resolve(file: nil, options: [("tier", tier)])
      #expect(finetuning == FinetuningRecipe.standard(tier: tier))
    }
  }

  @Test func sgdBringsItsOwnRateAndDecayUnlessTheyAreGiven() throws {
    for (tier, rate) in [("XS", 3e-3), ("S", 1e-3), ("L", 3e-4)] {
      let adamW = try FinetuningRecipe.resolve(file: nil, options: [("tier", tier)]).training
      #expect(adamW.optimizerKind == .adamW && adamW.learningRate == rate && adamW.weightDecay == 5e-2)
      let sgd = try FinetuningRecipe.resolve(file: nil, options: [("tier", tier), ("optimizer", "sgd")]).training
      #expect(sgd.optimizerKind == .sgd && sgd.learningRate == 1e-2 && sgd.weightDecay == 3e-5)
    }
    let own = try PretrainingRecipe.resolve(
      file: nil, options: [("learning-rate", "0.002"), ("optimizer", "sgd"), ("weight-decay", "0.1")]
    ).training
    #expect(own.learningRate == 0.002 && own.weightDecay == 0.1)
  }

  @Test(arguments: [("XS", 2e-3), ("S", 1e-3), ("L", 3e-4)])
  func pretrainingComesWithAdamWAndGivesItsRateUpForSGD(tier: String, rate: Double) throws {
    let standard = try #require(PretrainingRecipe.standard(tier: tier))
    #expect(standard.training.optimizerKind == .adamW && standard.training.learningRate == rate)
    #expect(standard.training.weightDecay == 5e-2 && standard.training.warmUpFraction == 0.05)
    #expect(standard.target == "contrast" && standard.maskBlock == 4 && standard.visibleWeight == 1)
    let asked = try PretrainingRecipe.resolve(file: nil, options: [("tier", tier), ("optimizer", "adamw")])
    #expect(asked == standard)
    let sgd = try PretrainingRecipe.resolve(file: nil, options: [("tier", tier), ("optimizer", "sgd")]).training
    #expect(sgd.learningRate == 1e-2 && sgd.weightDecay == 3e-5)
  }

  /// A run of an earlier version, whose larger tiers pretrained by nnssl's recipe, goes on by it.
  @Test func aRunBegunByAnotherRecipeKeepsIt() throws {
    let options = [
      ("tier", "S"), ("optimizer", "sgd"), ("mask-fraction", "0.75"), ("mask-block", "16"), ("visible-weight", "0"),
      ("input-noise", "0"), ("target", "image"), ("warm-up-fraction", "0"),
    ]
    let earlier = try PretrainingRecipe.resolve(file: nil, options: options.map { (key: $0.0, value: $0.1) })
    let recorded = Dictionary(uniqueKeysWithValues: try earlier.settings())
    // Versions before the choice of a target recorded none.
    #expect(recorded["target"] == nil)
    #expect(try PretrainingRecipe.resolve(file: nil, options: [("tier", "S")], begun: recorded) == earlier)
  }

  @Test func theWrittenRecipeIsReadBackEqual() throws {
    let directory = try ScratchDirectory()
    var recipe = try #require(FinetuningRecipe.standard(tier: "S"))
    recipe.labelMap = "2=1,1=0,3=0,*=ignore"
    recipe.holdBackPlanes = "77"
    recipe.training.learningRate = 0.00123
    recipe.training.seed = .max
    let path = directory.file("recipe.yaml")
    try publish(recipe.yaml(), to: path)
    #expect(try FinetuningRecipe.resolve(file: path, options: []) == recipe)
  }

  @Test func laterOptionsWinOverTheFileAndTheFileOverTheTier() throws {
    let directory = try ScratchDirectory()
    let path = directory.file("mine.yaml")
    try publish("tier: S\nsteps: 77\nbatch: 3\n", to: path)
    let recipe = try PretrainingRecipe.resolve(file: path, options: [("batch", "5"), ("batch", "6"), ("crop", "64")])
    #expect(recipe.training.tier == "S")
    #expect(recipe.training.steps == 77)
    #expect(recipe.training.batch == 6)
    #expect(recipe.training.crop == 64)
  }

  @Test func stageListsAreReadAsListsAndAsText() throws {
    let directory = try ScratchDirectory()
    let path = directory.file("network.yaml")
    try publish(
      """
      features_per_stage: [4, 8, 16]
      n_blocks_per_stage: [1, 2, 3]
      n_conv_per_stage_decoder: [2, 1]
      kernel-sizes: [[1, 3, 3], [3, 3, 3], 3]
      strides: [1, [1, 2, 2], 2]
      crop: 48
      """, to: path)
    var expected = ArchitectureDescription(features: [4, 8, 16], blocks: [1, 2, 3], classes: 2, deepSupervision: true)
    expected.convolutionsPerDecoderStage = [2, 1]
    expected.kernels = [[1, 3, 3], [3, 3, 3], [3, 3, 3]]
    expected.strides = [[1, 1, 1], [1, 2, 2], [2, 2, 2]]
    let listed = try FinetuningRecipe.resolve(file: path, options: [])
    #expect(try listed.training.architecture(deepSupervision: true, classes: 2) == expected)
    let options = [
      ("features-per-stage", "4,8,16"), ("n-blocks-per-stage", "1,2,3"), ("n-conv-per-stage-decoder", "2,1"),
      ("kernel-sizes", "1x3x3,3,3x3x3"), ("strides", "1,1x2x2,2"), ("crop", "48"),
    ]
    let told = try FinetuningRecipe.resolve(file: nil, options: options)
    #expect(try told.training.architecture(deepSupervision: true, classes: 2) == expected)
    let written = directory.file("written.yaml")
    try publish(listed.yaml(), to: written)
    #expect(try FinetuningRecipe.resolve(file: written, options: []) == listed)
    // The recipe of one tier with the name of another is that other's network.
    let large = try FinetuningRecipe.resolve(file: written, options: [("tier", "L"), ("crop", "64")])
    #expect(
      try large.training.architecture(deepSupervision: true, classes: 2)
        == ArchitectureDescription(.large, classes: 2, deepSupervision: true))
  }

  private static let flatNetwork = [
    ("features-per-stage", "4,8,16"), ("n-blocks-per-stage", "1,1,1"), ("n-conv-per-stage-decoder", "1,1"),
    ("kernel-sizes", "1x3x3,3,3"), ("strides", "1,1x2x2,2"), ("mask-block", "2"),
  ]

  @Test func cropsMayHaveThreeEdges() throws {
    let directory = try ScratchDirectory()
    let path = directory.file("crop.yaml")
    let options = Self.flatNetwork + [("crop", "4,64,8")]
    let told = try PretrainingRecipe.resolve(file: nil, options: options)
    #expect(told.training.crop == CropEdges(4, 64, 8) && told.training.crop.product == "4 × 64 × 8")
    #expect(try told.settings().first { $0.key == "crop" }?.value == "4,64,8")
    try publish(told.yaml(), to: path)
    #expect(try PretrainingRecipe.resolve(file: path, options: []) == told)
    try publish("crop: [4, 64, 8]\n", to: path)
    #expect(try PretrainingRecipe.resolve(file: path, options: Self.flatNetwork) == told)
    // A cube is what it was, however it is written.
    let cube = try PretrainingRecipe.resolve(file: nil, options: [("crop", "48,48,48")])
    #expect(cube == PretrainingRecipe.standard(tier: "XS"))
    #expect(try cube.yaml().contains("crop: 48\n"))
  }

  @Test(arguments: [
    ("3,64,8", "2, 4, 4 (z, y, x)"), ("2,64,8", "from 4, 8, 8"), ("4,64,6", "multiples of 2, 4, 4"), ("4,64", "z,y,x"),
    ("4,64,8,8", "z,y,x"), ("4,-64,8", "multiples"), ("flat", "z,y,x"), ("4,2048,8", "1024"),
  ])
  func cropsThatDoNotFitTheStridesAreRefused(crop: String, expected: String) throws {
    let fault = #expect(throws: Fault.self) {
      try PretrainingRecipe.resolve(file: nil, options: Self.flatNetwork + [("crop", crop)])
    }
    #expect(
      fault?.kind == .usage && fault?.message.contains("the setting crop") == true
        && fault?.message.contains(expected) == true, "\(fault?.message ?? "")")
  }

  /// A run that was begun keeps what it was begun with, whatever the defaults are now, unless somebody says otherwise.
  @Test func aResumedRunKeepsItsSettings() throws {
    let begun = ["tier": "XS", "steps": "77", "learning-rate": "4e-3", "image": "a.tif"]
    let recipe = try FinetuningRecipe.resolve(file: nil, options: [], begun: begun)
    #expect(recipe.training.steps == 77 && recipe.training.learningRate == 0.004)
    #expect(try FinetuningRecipe.resolve(file: nil, options: [("steps", "5")], begun: begun).training.steps == 5)
    // Of another network than is asked for now: the difference is reported when the run is examined.
    let other = try FinetuningRecipe.resolve(file: nil, options: [("tier", "S")], begun: begun)
    #expect(other == (try FinetuningRecipe.resolve(file: nil, options: [("tier", "S")])))
    // What earlier versions did not have is as they did without.
    let earlier = try PretrainingRecipe.resolve(file: nil, options: [("target", "contrast")], begun: ["tier": "XS"])
    #expect(earlier.target == "contrast" && earlier.voxelSize == "stored")
    #expect(try PretrainingRecipe.resolve(file: nil, options: [], begun: ["tier": "XS"]).target == "image")
    // A recipe comes back from what a run records of it.
    let all = try FinetuningRecipe.resolve(
      file: nil, options: [("crop", "16,64,64"), ("features-per-stage", "4,8,16"), ("n-blocks-per-stage", "1,1,1")])
    let recorded = Dictionary(uniqueKeysWithValues: try all.settings())
    #expect(try FinetuningRecipe.resolve(file: nil, options: [], begun: recorded) == all)
  }

  @Test func outputLayersAreTakenFromWeightsThatSegment() throws {
    let network = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: true)
    func transfer(_ segments: Bool, _ options: [(key: String, value: String)] = []) throws -> String {
      try FinetuningRecipe.resolve(
        file: nil, options: options, network: InheritedNetwork(architecture: network, crop: 48, segments: segments)
      ).transfer
    }
    #expect(try transfer(true) == "all")
    #expect(try transfer(true, [("tier", "XS")]) == "all")
    #expect(try transfer(false) == "encoder+decoder")
    #expect(try transfer(true, [("transfer", "encoder")]) == "encoder")
    #expect(try transfer(true, [("tier", "S")]) == "all")
  }

  @Test func settingsThatAreNamedAreKnown() throws {
    let directory = try ScratchDirectory()
    let path = directory.file("recipe.yaml")
    try publish("n_blocks_per_stage: 1,1\nbatch: 3\n", to: path)
    func names(_ key: String, _ file: String?, _ options: [(key: String, value: String)]) throws -> Bool {
      try FinetuningRecipe.names(key, file: file, options: options)
    }
    #expect(try names("n-blocks-per-stage", path, []))
    #expect(try names("batch", path, [("steps", "1")]))
    #expect(try !names("steps", path, []))
    #expect(try names("steps", nil, [("steps", "1")]))
  }

  @Test func anotherNumberOfStagesBringsItsOwnStrides() throws {
    let recipe = try PretrainingRecipe.resolve(
      file: nil, options: [("features-per-stage", "32,64,128,256,320"), ("n-blocks-per-stage", "1,3,4,6,6")])
    let found = try recipe.training.architecture(deepSupervision: false, classes: 1)
    let expected = ArchitectureDescription(
      features: [32, 64, 128, 256, 320], blocks: [1, 3, 4, 6, 6], classes: 1, deepSupervision: false)
    #expect(found == expected)
  }

  @Test func weightsBringTheirNetworkUnlessAnotherIsNamed() throws {
    let small = ArchitectureDescription(.small, classes: 1, deepSupervision: false)
    let ofTier = InheritedNetwork(architecture: small, crop: 64)
    let inherited = try FinetuningRecipe.resolve(file: nil, options: [("steps", "7")], network: ofTier)
    #expect(inherited == (try FinetuningRecipe.resolve(file: nil, options: [("tier", "S"), ("steps", "7")])))
    #expect(inherited.training.crop == 96)

    var own = ArchitectureDescription(
      features: [32, 64, 128, 256, 320], blocks: [1, 2, 2, 2, 2], classes: 3, deepSupervision: true)
    own.strides[1] = [1, 2, 2]
    let network = InheritedNetwork(architecture: own, crop: 80)
    let recipe = try FinetuningRecipe.resolve(file: nil, options: [], network: network).training
    #expect(recipe.tier == "L" && recipe.crop == 80)
    #expect(try recipe.architecture(deepSupervision: true, classes: 3) == own)
    #expect(try FinetuningRecipe.resolve(file: nil, options: [("crop", "96")], network: network).training.crop == 96)
    for named in [("tier", "XS"), ("features-per-stage", "8,16,32,64")] {
      #expect(
        try FinetuningRecipe.resolve(file: nil, options: [named], network: network)
          == FinetuningRecipe.resolve(file: nil, options: [named]))
    }
    // Narrower than every tier.
    let narrow = ArchitectureDescription(features: [4, 8], blocks: [1, 1], classes: 1, deepSupervision: false)
    let least = InheritedNetwork(architecture: narrow, crop: nil)
    #expect(try FinetuningRecipe.resolve(file: nil, options: [], network: least).training.tier == "XS")
    #expect(InheritedNetwork(of: "nowhere") == nil)
  }

  @Test(arguments: [
    ([("features-per-stage", "8,16")], "n-blocks-per-stage"), ([("features-per-stage", "8")], "features-per-stage"),
    ([("features-per-stage", "8,,16,32")], "features-per-stage"),
    ([("n-blocks-per-stage", "1,1,1")], "n-blocks-per-stage"),
    ([("n-blocks-per-stage", "1,1,0,1")], "n-blocks-per-stage"), ([("strides", "2,2,2,2")], "strides"),
    ([("strides", "1,2,2")], "strides"), ([("strides", "1,2x2,2,2")], "strides"),
    ([("kernel-sizes", "3,3,2,3")], "kernel-sizes"), ([("n-conv-per-stage-decoder", "1")], "n-conv-per-stage-decoder"),
    ([("strides", "1,5,2,2")], "crop"), ([("features-per-stage", "many")], "features-per-stage"),
  ])
  func listsThatDescribeNoNetworkAreUsageErrorsNamingTheSetting(options: [(String, String)], named: String) throws {
    let fault = #expect(throws: Fault.self) {
      try PretrainingRecipe.resolve(file: nil, options: options.map { (key: $0.0, value: $0.1) })
    }
    #expect(fault?.kind == .usage)
    #expect(fault?.message.replacing("_", with: "-").contains(named) == true, "\(fault?.message ?? "")")
  }

  @Test(arguments: [
    ("learning-rate", "nan", "learning-rate"), ("learning-rate", ".nan", "learning-rate"),
    ("learning-rate", "0", "learning-rate"), ("learning-rate", "fast", "learning-rate"),
    ("steps", "-1", "steps"), ("steps", "1.5", "steps"), ("batch", "0", "batch"),
    ("batch", "99999999999999999999", "batch"),
    ("momentum", "1", "momentum"), ("beta-2", "1.5", "beta-2"), ("epsilon", "0", "epsilon"), ("ema", "1", "ema"),
    ("optimizer", "lion", "optimizer"), ("crop", "4", "crop"), ("mask-block", "30", "mask-block"),
    ("precision", "fp8", "precision"), ("tier", "XXL", "tier"), ("stepz", "3", "stepz"), ("seed", "-1", "seed"),
    ("mirror", "perhaps", "mirror"), ("warm-up-fraction", "2", "warm-up-fraction"),
  ])
  func invalidSettingsAreUsageErrorsNamingTheSetting(key: String, value: String, named: String) throws {
    let fault = #expect(throws: Fault.self) {
      try PretrainingRecipe.resolve(file: nil, options: [("steps", "300"), (key, value)])
    }
    #expect(fault?.kind == .usage)
    #expect(fault?.message.contains(named) == true, "\(fault?.message ?? "")")
  }

  @Test(arguments: ["- a\n- b\n", "just text", "a: [\n", "steps: [1, 2]\n", ""])
  func aFileThatIsNotARecipeIsRefused(text: String) throws {
    let directory = try ScratchDirectory()
    let path = directory.file("bad.yaml")
    try publish(text, to: path)
    #expect(throws: Fault.self) { try PretrainingRecipe.resolve(file: path, options: []) }
  }
}

@Suite struct CropViewTests {
  private func text(_ options: [(String, String)]) throws -> String {
    try PretrainingRecipe.resolve(file: nil, options: options).viewsText
  }

  @Test func aPlanSaysHowManyCropsAreSeenAndWhatFewHaveGiven() throws {
    #expect(try text([("tier", "XS")]) == "100000 crop views")
    #expect(try text([("tier", "XS"), ("steps", "2500")]) == "10000 crop views")
    let few = try text([("tier", "XS"), ("steps", "120"), ("batch", "2")])
    #expect(few.hasPrefix("240 crop views: in benchmarks/TRANSFER.md"))
    // Nothing was measured with so few for the others.
    #expect(try text([("tier", "S"), ("steps", "120"), ("batch", "2")]) == "240 crop views")
  }
}

@Suite struct FinetuningScheduleTests {
  @Test func stepsGrowWithWhatIsAnnotatedUpToThoseOfTheTier() {
    func steps(_ crops: Double) -> Int {
      FinetuningSchedule.steps(voxels: Int(crops * 64 * 64 * 64), standard: 480)
    }
    #expect([0.1, 1, 2, 3, 4, 8, 15.9].map(steps) == [60, 60, 60, 90, 120, 240, 477])
    #expect(steps(16) == 480 && steps(82 * 30) == 480)
    #expect(FinetuningSchedule.steps(voxels: 1, standard: 3) == 1)
    #expect(FinetuningSchedule.steps(voxels: .max, standard: 480) == 480)
  }
}
