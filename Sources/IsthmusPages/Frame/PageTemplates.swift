import IsthmusCore
public import Mustache

/// The templates, read once. They stand in `Templates` as files of their own and are part of the program.
struct PageTemplates: Sendable {
  private let library: MustacheLibrary

  /// Each file by the name under which pages and other templates use it.
  private static let files: [(name: String, bytes: [UInt8])] = [
    ("frame", PackageResources.frame_mustache),
    ("problem", PackageResources.problem_mustache),
    ("sign-in", PackageResources.sign_in_mustache),
    ("setup", PackageResources.setup_mustache),
    ("home", PackageResources.home_mustache),
    ("list", PackageResources.list_mustache),
    ("table", PackageResources.table_mustache),
    ("cell-heading", PackageResources.cell_heading_mustache),
    ("cell-link", PackageResources.cell_link_mustache),
    ("cell-tone", PackageResources.cell_tone_mustache),
    ("cell-text", PackageResources.cell_text_mustache),
    ("chart", PackageResources.chart_mustache),
    ("asset", PackageResources.asset_mustache),
    ("finding", PackageResources.finding_mustache),
    ("query-decision", PackageResources.query_decision_mustache),
    ("decision-fields", PackageResources.decision_fields_mustache),
    ("tabs", PackageResources.tabs_mustache),
    ("users", PackageResources.users_mustache),
    ("user", PackageResources.user_mustache),
    ("token-list", PackageResources.token_list_mustache),
    ("tokens", PackageResources.tokens_mustache),
    ("account", PackageResources.account_mustache),
    ("audit", PackageResources.audit_mustache),
    ("compare", PackageResources.compare_mustache),
    ("ambiguous", PackageResources.ambiguous_mustache),
    ("controls", PackageResources.controls_mustache),
    ("control", PackageResources.control_mustache),
    ("field", PackageResources.field_mustache),
    ("score-rows", PackageResources.score_rows_mustache),
    ("item-form", PackageResources.item_form_mustache),
    ("item-list", PackageResources.item_list_mustache),
    ("item-table", PackageResources.item_table_mustache),
    ("configuration", PackageResources.configuration_mustache),
    ("data-model", PackageResources.data_model_mustache),
    ("identification", PackageResources.identification_mustache),
    ("map", PackageResources.map_mustache),
    ("map-editor", PackageResources.map_editor_mustache),
    ("run", PackageResources.run_mustache),
    ("runs", PackageResources.runs_mustache),
    ("wizard", PackageResources.wizard_mustache),
    ("connectors", PackageResources.connectors_mustache),
    ("connector", PackageResources.connector_mustache),
    ("connector-delete", PackageResources.connector_delete_mustache),
  ]

  init() throws {
    var library = MustacheLibrary()
    for file in Self.files {
      try library.register(String(decoding: file.bytes, as: UTF8.self), named: file.name)
    }
    self.library = library
  }

  /// The whole document. A template that is not there shows nothing, which a test of all pages would see.
  func html(_ page: Page, in frame: Frame) -> String {
    func render(_ model: Model, _ template: String) -> String {
      library.render(TemplateValue.members(of: model), withTemplate: template) ?? ""
    }
    let content = render(Model(page: page.model, csrf: frame.csrf), page.template)
    return render(Model(page: Content(html: content), frame: frame), "frame")
  }

  /// What templates see: `page` is the page's own value.
  private struct Model {
    var page: Any
    var frame: Frame?
    var csrf = ""
  }

  private struct Content { let html: String }
}

/// An empty text is nothing: a template's section of it is left out, as of a missing value. The library has no other
/// way to say so, and its protocol is used here alone.
// swift-format-ignore: AvoidRetroactiveConformances
extension String: @retroactive MustacheCustomRenderable {
  public var renderText: String { self }
  public var isNull: Bool { isEmpty }
}
