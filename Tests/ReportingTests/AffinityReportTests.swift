import Reporting
import Testing

@Suite("What tasks are to each other") struct AffinityReportTests {
  private let report = AffinityReport(
    tasks: ["a", "b"], steps: 3, lookaheads: [[0.012, -0.00000041], [0.0000123, 0.5]],
    cosines: [[1, -0.00321], [-0.00321, 1]])

  @Test("small figures keep their digits, in the table, in the key and on the page")
  func digits() {
    let text = report.text(columns: 80)
    for part in ["1.20  -4.1e-5", "0.00123     50.0", "-0.00321"] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
    #expect(!text.contains("0.00 ") && !text.contains("0.0000"), "\(text)")
    #expect(text.contains("▼ below -0.0012") && text.contains("△ above 0.00040"), "\(text)")
    let page = report.page().render()
    #expect(!page.contains(">0.00<") && !page.contains(">-0.00<"))
  }
}
