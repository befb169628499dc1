import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore

extension Wizard {
  /// The page's value.
  func model(
    _ shown: WizardShown, _ groups: [ItemForm.Group], _ sections: [WizardPage.Section], problem: FormProblem?,
    check: ConnectionCheck?, effects: [String]
  ) -> WizardPage {
    let name = item?.key.name
    let seed = context.services.store.seed
    let steps = WizardStep.allCases.enumerated().map { number, other in
      WizardPage.Step(
        number: number + 1, title: other.title, path: name.map { Self.path($0, other) } ?? "",
        isCurrent: other == step)
    }
    let profiles = step == .profile ? profiles(shown) : []
    let isNewProfile = fields.profile >= profiles.count
    let map = WizardFields.scoreMap(shown.document)
    return WizardPage(
      title: name ?? "New connector", steps: steps, stepTitle: step.title, intro: step.intro,
      action: name.map { Self.path($0, step) } ?? "/connectors/new", tag: item?.tag(seed: seed) ?? "",
      isDraft: item?.isDraft ?? true, isNew: item == nil, isConnection: step == .connection,
      isMap: step == .map, isProfile: step == .profile, isScoring: step == .scoring, isReview: step == .review,
      hasOtherFirst: [.map, .scoring].contains(step), problem: problem?.summary ?? "",
      effects: effects, groups: groups, tables: shown.tables, sections: sections,
      nextRuns: [.profile, .review].contains(step) ? shown.nextRuns : [], links: shown.links,
      check: check.map(ShownCheck.init), leave: name.map { ConnectorLink.path($0) } ?? "/connectors",
      profiles: profiles, profileNumber: fields.profile,
      newProfile: isNewProfile ? "" : name.map { "\(Self.path($0, .profile))?profile=new" } ?? "",
      removal: profiles.count > 1 && !isNewProfile ? "Remove the profile \(profiles[fields.profile].name)" : "",
      scoreMap: map, scoreMapTag: snapshot.items[.init(.scoreMap, map)]?.tag(seed: seed) ?? "",
      ownMap: name.map { fields.ownMap(of: $0, shown: map) } ?? "")
  }

  /// Those that are saved.
  private func profiles(_ shown: WizardShown) -> [WizardPage.Profile] {
    guard let item else { return [] }
    let saved = WizardShown(item.document, fields, at: context.services.now())
    return (item.document["profiles"]?.array ?? []).enumerated().map { index, profile in
      WizardPage.Profile(
        name: Shown.text(profile["name"]), path: "\(Self.path(item.key.name, .profile))?profile=\(index)",
        isShown: index == fields.profile, status: saved.status(of: profile), schedule: saved.schedule(of: index))
    }
  }
}
