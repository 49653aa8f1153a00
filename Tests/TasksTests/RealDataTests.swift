import Foundation
import Tasks
import TestSupport
import Testing

@Suite struct BundledTaskFileTests {
  private func load(_ names: [String]) throws -> [TaskDefinition] {
    let paths = names.map { SharedFiles.repository.appendingPathComponent("tasks/\($0).json5").path }
    return try TaskFile.load(paths, types: allTypes).tasks
  }

  @Test(
    "Every bundled task file is well-formed, and its tasks have three splits",
    arguments: RealDataTests.files + ["wikiqa/wikiqa-tsv", "restaurant/tasks"])
  func wellFormed(name: String) throws {
    let tasks = try load([name])
    #expect(tasks.count == (name == "restaurant/tasks" ? 4 : 1))
    for task in tasks { for split in Split.allCases { #expect(task[split] != nil, "\(task.name) \(split)") } }
  }

  @Test(
    "Those about words, sets, answers and hidden words of the restaurant are well-formed, and read their data"
  )
  func restaurant() throws {
    let heads = try load(["restaurant/heads"])
    #expect(heads.map(\.type.name) == ["token-labelling", "multi-label", "span-extraction"])
    for task in heads { for split in Split.allCases { #expect(task[split] != nil, "\(task.name) \(split)") } }
    let words = try load(["restaurant/words"])
    #expect(words.map(\.name) == ["reviews", "pairs", "wishes"])
    for task in words {
      #expect(task.type.name == "masked-language-modelling" && task.head.name == "words" && task.test == nil)
    }
    for task in heads + words { #expect(try task.resolved().loaded(.dev).count > 100, "\(task.name)") }
  }

  @Test("Those of public data sets merge, and look for the data at the top of the repository")
  func merging() throws {
    let tasks = try load(RealDataTests.files)
    #expect(tasks.count == RealDataTests.files.count)
    #expect(tasks[0].train?.files == [SharedFiles.repository.path + "/tasks/glue/../../data/SST-2/train.tsv"])
  }
}

/// The bundled task files of public data sets, over the data itself.
@Suite(.enabled(if: SharedFiles.areChecked, "../shared is not there")) struct RealDataTests {
  private static let data = SharedFiles.folder.appendingPathComponent("data").path

  static let files = [
    "glue/sst-2", "glue/sst2-sentence", "glue/cola", "glue/mrpc", "glue/sts-b", "glue/rte", "wikiqa/wikiqa",
  ]

  private func load(_ name: String) throws -> TaskDefinition {
    let path = SharedFiles.repository.appendingPathComponent("tasks/\(name).json5").path
    return try #require(TaskFile.load([path], types: allTypes, dataFolder: Self.data).tasks.first)
  }

  @Test(
    "Each set has its published number of rows",
    arguments: zip(
      files,
      [
        [67_349, 872, 1_821], [6_920, 872, 1_821], [8_551, 1_043, 1_063], [3_668, 408, 1_725],
        [5_749, 1_500, 1_379],
        [2_490, 277, 3_000], [20_360, 2_733, 6_165],
      ]))
  func rowCounts(name: String, counts: [Int]) throws {
    let task = try load(name)
    for (split, count) in zip(Split.allCases, counts) {
      let examples = try task.loaded(split)
      #expect(examples.count == count, "\(name) \(split)")
      #expect(
        (examples.targets == .none) == (split == .test && ["sst-2", "cola", "rte"].contains(task.name)))
    }
  }

  @Test("WikiQA has its published numbers of questions, with and without an answer")
  func wikiqa() throws {
    let task = try load("wikiqa/wikiqa")
    for (split, counts) in zip(Split.allCases, [(2_118, 873), (296, 126), (633, 243)]) {
      let examples = try task.loaded(split)
      #expect((examples.queryCount, examples.answerableQueries.count) == counts)
    }
    // The publisher's qrels name questions from 1 and sentences from 0, in the order of the file.
    let dev = try task.loaded(.dev)
    let qrels = try String(contentsOfFile: Self.data + "/WikiQA/WikiQA-dev.ref", encoding: .utf8)
    let names = qrels.split(separator: "\n").map { line in
      line.split(separator: " ").prefix(3).map(String.init)
    }
    #expect(names.map { $0[2] } == dev.candidateNames)
  }

  @Test("The raw WikiQA files hold the same judgements, with the corpus's ids")
  func wikiqaRaw() throws {
    let task = try load("wikiqa/wikiqa-tsv")
    let dev = try task.loaded(.dev)
    #expect((dev.count, dev.queryCount, dev.answerableQueries.count) == (2_733, 296, 126))
    #expect(dev.queryNames[0] == "Q8")
    #expect(dev.candidateNames[1] == "D8-1")
  }

  @Test("Known examples of MRPC and STS-B come out where they belong")
  func knownRows() throws {
    let mrpc = try load("glue/mrpc").loaded(.train)
    guard case .classes(let classes) = mrpc.targets else { return #expect(Bool(false)) }
    #expect(classes.prefix(2) == [1, 0])
    #expect(classes.filter { $0 == 1 }.count == 2_474)
    let text = try String(contentsOfFile: Self.data + "/MRPC/msr_paraphrase_train.txt", encoding: .utf8)
    let fields = text.split(separator: "\n")[1].split(separator: "\t").map(String.init)
    let first = WordEncoder().encode(fields[3], fields[4], maximumLength: 128)
    #expect(fields[3].contains("\""))
    #expect(Array(mrpc.ids[mrpc.tokens(of: 0)]) == first.ids)
    let stsb = try load("glue/sts-b").loaded(.train)
    guard case .scores(let scores) = stsb.targets else { return #expect(Bool(false)) }
    #expect(scores.prefix(4) == [5, 3.8, 3.8, 2.6])
  }

  @Test("One epoch over the four sets holds every row that teaches once, in full batches")
  func epoch() throws {
    let tasks = try ["glue/sst2-sentence", "glue/mrpc", "glue/sts-b", "wikiqa/wikiqa"].map {
      try load($0)
    }
    let data = try tasks.map { try $0.loaded() }
    let sampler = try BatchSampler(tasks: tasks.map(\.name), data: data, options: SamplingOptions())
    let plan = sampler.plan(epoch: 0)
    let rows = (0..<plan.count).map { plan.sequenceCount(of: $0) }.reduce(0, +)
    // 6,920 + 3,668 + 5,749, and the 8,672 candidates of questions with an answer but for 11 that have no
    // other.
    #expect(rows == 24_998)
    // These are 782 batches of 32; questions that do not fit may cost a few more.
    #expect((782...790).contains(plan.count))
    let skipped = sampler.skippedQueries(of: 3)
    #expect((skipped.unanswerable, skipped.single) == (1_245, 11))
  }
}
