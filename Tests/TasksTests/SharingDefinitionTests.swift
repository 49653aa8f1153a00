import Tasks
import Testing

@Suite struct SharingDefinitionTests {
  @Test(
    "A list of ways of sharing is told from their settings",
    arguments: [
      ("hard", ["hard"]), ("hard,soft", ["hard", "soft"]),
      (
        "soft:weight=0.1,distance=mean,mmoe:experts=2,from=1,ple",
        [
          "soft:weight=0.1,distance=mean", "mmoe:experts=2,from=1", "ple",
        ]
      ),
      (
        "hierarchy:levels=a:1;b:2,inputs=b:a,hard:trunk=3",
        [
          "hierarchy:levels=a:1;b:2,inputs=b:a", "hard:trunk=3",
        ]
      ),
      ("groups:of=a:1;b:2,adapters", ["groups:of=a:1;b:2", "adapters"]),
    ])
  func list(text: String, spellings: [String]) {
    #expect(SharingDefinition.list(text)?.map(\.spelling) == spellings)
  }

  @Test(
    "What is no list of ways of sharing is none",
    arguments: ["", ",", "hard,", "soft:weight", "weight=1,soft:"])
  func noList(text: String) { #expect(SharingDefinition.list(text) == nil) }
}
