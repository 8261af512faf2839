import Architectures
import Recipes

extension PretrainingRecipe {
  /// Crops that the network sees in the whole run.
  private var views: Int {
    let (product, overflow) = training.steps.multipliedReportingOverflow(by: training.batch)
    return overflow ? .max : product
  }

  /// How many crops the network sees, for the plan, and what was found about so few; whether they suffice depends on the
  /// data, so it is no warning.
  package var viewsText: String {
    let text = "\(views) crop views"
    guard training.tier == Tier.extraSmall.rawValue, views < 10_000 else { return text }
    return text
      + ": in benchmarks/TRANSFER.md 3,000 or fewer helped some structures and harmed others, 100,000 harmed none"
  }
}
