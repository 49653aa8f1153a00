import Testing
import Wording

@Suite struct WordingTests {
  @Test("The nearest name is suggested, and none if all are far")
  func suggestions() {
    let names = ["columns", "labels", "learning-rate", "weight"]
    #expect(nearestName(to: "colums", among: names) == "columns")
    #expect(nearestName(to: "lables", among: names) == "labels")
    #expect(nearestName(to: "learningRate", among: names) == "learning-rate")
    #expect(nearestName(to: "wieght", among: names) == "weight")
    #expect(nearestName(to: "zebra", among: names) == nil)
    #expect(nearestName(to: "", among: names) == nil)
    #expect(nearestName(to: "ab", among: ["ac", "ad"]) == "ac")
    #expect(nearestOrAll("weigth", among: names) == "\"weight\"")
    #expect(nearestOrAll("zebra", among: names, limit: 1) == "\"columns\" or 3 others")
    #expect(perhapsMeant("label", among: names) == "; perhaps \"labels\" is meant")
    #expect(perhapsMeant("zebra", among: names) == "")
  }

  @Test("Texts in messages are quoted, shortened and made visible")
  func quoting() {
    #expect(quoted("a\tb\n\u{1}") == "\"a\\tb\\n\\u{1}\"")
    #expect(quoted("abcdef", limit: 3) == "\"abc…\"")
  }

  @Test("A complaint names the place as far as it is known")
  func complaints() {
    #expect(complaint(file: "a", found: "b", expected: "c") == "a: found b, expected c")
    #expect(complaint(file: "a", line: 3, found: "b", expected: "c") == "a:3: found b, expected c")
    #expect(
      complaint(file: "a", line: 3, part: "x.y", found: "b", expected: "c") == "a:3: x.y: found b, expected c"
    )
  }

  @Test("Names are listed as a sentence lists them")
  func lists() {
    #expect(listed([]) == "nothing")
    #expect(listed(["a", "b", "c"]) == "\"a\", \"b\" or \"c\"")
    #expect(listed(["a", "b", "c"], limit: 1, conjunction: "and") == "\"a\" and 2 others")
    #expect(alternatives(["a", "b", "c"]) == "'a', 'b' or 'c'")
    #expect(alternatives(["a"]) == "'a'")
  }

  @Test("Counts have their noun in the right number and commas between thousands")
  func counts() {
    #expect(counted(1, "row") == "1 row")
    #expect(counted(0, "row") == "0 rows")
    #expect(counted(1_234_567, "query") == "1,234,567 queries")
    #expect(grouped(-1000) == "-1,000")
    #expect(grouped(999) == "999")
  }
}
