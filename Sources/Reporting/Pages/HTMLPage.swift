/// One self-contained HTML page: no script, nothing loaded from elsewhere, light or dark as the reader's system is.
///
/// Charts come in a wide and a narrow drawing, of which the page shows the one that fits the window, so that their texts
/// have one size everywhere.
package struct HTMLPage: Sendable {
  package var title: String
  /// Elements below one another.
  package var content: [Markup]

  package init(title: String, content: [Markup]) {
    self.title = title
    self.content = content
  }

  package func render() -> String {
    let head = Markup.element(
      "head", [:],
      [
        .element("meta", ["charset": "utf-8"]),
        .element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        .element("meta", ["name": "color-scheme", "content": "light dark"]),
        .element("title", text: title), .style(Self.rules + SeriesStyle.rules + HeatMap.rules),
      ])
    let page = Markup.element(
      "html", ["lang": "en"], [head, .element("body", [:], [.element("main", [:], content)])])
    return "<!DOCTYPE html>\n" + page.source + "\n"
  }

  // MARK: Parts of a page

  /// Figures side by side where there is room.
  static func grid(_ figures: [Markup]) -> Markup {
    .element("div", ["class": "grid"], figures)
  }

  /// A chart with its title, what it shows, and its legend.
  ///
  /// - Parameters:
  ///   - isWide: whether it takes the whole width of a grid.
  ///   - draw: the chart in a given width.
  static func figure(
    _ title: String, note: String, legend: Markup = .empty, isWide: Bool = false,
    draw: (_ width: Double) -> Markup
  ) -> Markup {
    .element(
      "figure", ["class": isWide ? "whole" : nil],
      [
        .element("h2", text: title), .element("p", ["class": "note"], text: note), legend,
        .element("div", ["class": "wide"], [draw(isWide ? 1120 : 540)]),
        .element("div", ["class": "narrow"], [draw(360)]),
      ])
  }

  /// What there is nothing to draw of, and why.
  static func absences(_ entries: [(title: String, reason: String)]) -> Markup {
    .element(
      "section", [:],
      entries.flatMap { entry in
        [
          Markup.element("h2", text: entry.title),
          .element("p", ["class": "note"], text: entry.reason),
        ]
      })
  }

  /// A table with a line of titles. Columns named in `numeric` are set to the right; those in `prose` hold sentences and are
  /// given what width there is.
  static func table(
    _ titles: [String], numeric: Set<Int> = [], prose: Set<Int> = [], rows: [[Markup]]
  ) -> Markup {
    func style(_ column: Int) -> String? {
      numeric.contains(column) ? "number" : prose.contains(column) ? "prose" : nil
    }
    let head = titles.enumerated().map { column, title in
      Markup.element("th", ["class": style(column), "scope": "col"], text: title)
    }
    let body = rows.map { row in
      Markup.element(
        "tr", [:],
        row.enumerated().map { column, cell in .element("td", ["class": style(column)], [cell]) })
    }
    return .element(
      "div", ["class": "scroll"],
      [
        .element(
          "table", [:],
          [.element("thead", [:], [.element("tr", [:], head)]), .element("tbody", [:], body)])
      ])
  }

  /// A text of a reader's own data: whatever its direction, it leaves that of the page alone.
  static func quotation(_ text: String) -> Markup {
    .element("bdi", ["dir": "auto"], text: text)
  }

  /// Terms with what is said of each.
  static func terms(_ entries: [(term: String, text: String)]) -> Markup {
    .element(
      "dl", [:],
      entries.map { entry in
        .element("div", [:], [.element("dt", text: entry.term), .element("dd", text: entry.text)])
      })
  }

  private static let rules = """
    :root { color-scheme: light dark; --paper: #ffffff; --ink: #1d2126; --faded: #5b626b; --rule: #d9dde1;
      --panel: #f6f7f8; }
    @media (prefers-color-scheme: dark) {
      :root { --paper: #15181b; --ink: #e6e8ea; --faded: #a2a9b1; --rule: #363b41; --panel: #1c2024; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
    main { max-width: 1184px; margin: 0 auto; padding: 24px 20px 48px; }
    h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
    h2 { font-size: 17px; line-height: 1.3; margin: 0 0 2px; }
    p { margin: 0 0 12px; max-width: 75ch; }
    .note { color: var(--faded); font-size: 13.5px; margin-bottom: 8px; }
    .grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 36px 32px; margin: 32px 0; }
    .whole { grid-column: 1 / -1; }
    section { margin: 24px 0; }
    figure { margin: 0; min-width: 0; display: flex; flex-direction: column; }
    .wide:has(> .plot), .narrow:has(> .plot) { margin-top: auto; }
    svg { display: block; width: 100%; height: auto; overflow: hidden; }
    .narrow { display: none; }
    dl { display: flex; flex-wrap: wrap; gap: 8px 24px; margin: 12px 0 20px; }
    dt { color: var(--faded); font-size: 12.5px; }
    dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 8px 0 0; }
    th { text-align: left; font-weight: 600; font-size: 13px; color: var(--faded); }
    th, td { padding: 5px 20px 5px 0; border-bottom: 1px solid var(--rule); vertical-align: baseline; }
    .number { text-align: right; white-space: nowrap; }
    td.prose { min-width: 15em; max-width: 46em; overflow-wrap: anywhere; }
    .legend { display: flex; flex-wrap: wrap; gap: 2px 14px; list-style: none; margin: 0 0 6px; padding: 0;
      font-size: 13px; }
    .legend li { display: flex; align-items: center; gap: 5px; overflow-wrap: anywhere; }
    .legend svg, td svg { width: 26px; height: 10px; flex: none; display: inline-block; }
    .key { display: inline-flex; align-items: center; gap: 6px; }
    @media (max-width: 760px) {
      main { padding: 16px 12px 32px; }
      .grid { grid-template-columns: minmax(0, 1fr); gap: 32px; }
      .wide { display: none; }
      .narrow { display: block; max-width: 560px; }
      table { font-size: 14px; }
      th, td { padding-right: 10px; }
    }

    """
}
