// Writes the four restaurant data sets beside this file: `swift tasks/restaurant/generate.swift`.
//
// Every row is drawn from small grammars by a random generator of fixed seed, so a second run writes the same bytes.
// What a review tells (its things and the words that judge them) is hashed to choose its split: a combination found in
// dev or test never occurs in the train set of any of the four tasks, though every single word of it does.

import Foundation

// MARK: - Chance, splits, templates

/// SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators").
struct Chance {
  var state: UInt64

  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    return Int(Chance.mix(state) % UInt64(bound))
  }

  /// True in `percent` of 100 calls.
  mutating func happens(_ percent: Int) -> Bool { below(100) < percent }

  mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

  mutating func shuffled<Element>(_ list: [Element]) -> [Element] {
    var result = list
    for i in stride(from: result.count - 1, to: 0, by: -1) { result.swapAt(i, below(i + 1)) }
    return result
  }

  /// `count` different elements.
  mutating func pick<Element>(_ count: Int, of list: [Element]) -> [Element] {
    Array(shuffled(list).prefix(count))
  }
}

enum Split: String {
  case train, dev, test

  /// The split that owns a combination of words, whatever their order: a tenth each for dev and test.
  init(owning words: [String]) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
    for byte in words.sorted().joined(separator: "|").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    switch Chance.mix(hash) % 10 {
    case 0: self = .dev
    case 1: self = .test
    default: self = .train
    }
  }
}

/// The template with each `{key}` replaced by its words.
func fill(_ template: String, _ slots: KeyValuePairs<String, String>) -> String {
  var text = template
  for (key, words) in slots { text = text.replacingOccurrences(of: "{\(key)}", with: words) }
  return text
}

/// Of these slots, the words that the template shows; the template itself where it shows none of them.
func shown(in template: String, _ slots: KeyValuePairs<String, String>) -> [String] {
  let words = slots.filter { template.contains("{\($0.key)}") }.map { $0.value }
  return words.isEmpty ? [template] : words
}

func sentence(_ text: String, end: String = ".") -> String {
  text.prefix(1).uppercased() + text.dropFirst() + end
}

func withArticle(_ noun: String) -> String { ("aeiou".contains(noun.prefix(1)) ? "an " : "a ") + noun }

// MARK: - Reviews, which all four tasks read

enum Aspect: Int, CaseIterable {
  case food, service, room

  /// What a review can be about.
  var things: [String] {
    switch self {
    case .food: ["soup", "bread", "fish", "steak", "pasta", "salad", "cake", "curry", "potatoes"]
    case .service: ["waiter", "waitress", "host", "manager", "barman", "cashier", "porter", "waiters"]
    case .room: ["table", "hall", "curtains", "terrace", "chairs", "garden", "decor", "carpet"]
    }
  }

  /// What the whole aspect is called.
  var names: [String] {
    switch self {
    case .food: ["food", "cooking", "meal", "dishes"]
    case .service: ["service", "staff", "people who served"]
    case .room: ["room", "surroundings", "furnishings"]
    }
  }

  var goodWords: [String] {
    switch self {
    case .food: ["tasty", "fresh", "delicious", "juicy", "well seasoned"]
    case .service: ["kind", "polite", "attentive", "helpful", "friendly"]
    case .room: ["charming", "stylish", "cosy", "spotless", "well kept"]
    }
  }

  var badWords: [String] {
    switch self {
    case .food: ["burnt", "bland", "stale", "tasteless", "too salty"]
    case .service: ["rude", "careless", "grumpy", "impolite", "bad-tempered"]
    case .room: ["shabby", "gloomy", "ugly", "filthy", "run-down"]
    }
  }
}

struct Verdict: Equatable {
  var aspect: Aspect
  var isGood: Bool
}

func isPlural(_ noun: String) -> Bool {
  noun.hasPrefix("people") || (noun.hasSuffix("s") && !noun.hasSuffix("ss"))
}

func was(_ noun: String) -> String { isPlural(noun) ? "were" : "was" }

/// One or two verdicts, each about another aspect, in words.
struct Review {
  static let good = ["great", "lovely", "excellent", "wonderful", "perfect", "pleasant"]
  static let bad = ["awful", "terrible", "dreadful", "poor", "horrible", "unpleasant"]
  static let plain = [
    "the {n} {was} {same}", "the {n} {was} {same}", "the {n} {was} really {same}", "I found the {n} {same}",
    "we all thought the {n} {same}",
  ]
  static let negated = [
    "the {n} {was} not {opposite}", "the {n} {was} never {opposite}", "the {n} {was} far from {opposite}",
    "the {n} {was} anything but {opposite}", "I did not find the {n} {opposite}",
  ]
  static let praising = [
    "we loved the {n}", "nobody could fault the {n}", "the {n} could not have been better",
    "we had nothing against the {n}",
  ]
  static let blaming = [
    "we hated the {n}", "nobody could praise the {n}", "the {n} could not have been worse",
    "we had nothing good to say about the {n}",
  ]
  /// Praise for {g} and blame for {b} in one construction.
  static let contrasts = [
    "the {g} made up for the {b}", "the {b} spoilt our joy in the {g}",
    "unlike the {b}, the {g} {gwas} {good}",
    "unlike the {g}, the {b} {bwas} {bad}", "the {g} {gwas} as {good} as the {b} {bwas} {bad}",
    "the {b} {bwas} as {bad} as the {g} {gwas} {good}", "the {g} {gwas} {good}, but the {b} {bwas} not",
    "the {b} {bwas} not {good}, but the {g} {gwas}", "the {b} {bwas} {bad}; the {g} {gwas} not",
    "I would praise the {g} rather than the {b}", "I would blame the {b} rather than the {g}",
    "not the {g} but the {b} let us down", "the {b} let us down, not the {g}",
  ]
  static let pairsOfPraise = [
    "the {n} and the {m} were both {good}", "we loved the {n} as much as the {m}",
    "neither the {n} nor the {m} was {bad}", "the {n} {nwas} {good}, and so {mwas} the {m}",
  ]
  static let pairsOfBlame = [
    "the {n} and the {m} were both {bad}", "we hated the {n} as much as the {m}",
    "neither the {n} nor the {m} was {good}", "the {n} {nwas} {bad}, and so {mwas} the {m}",
  ]
  static let openings = [
    "We came on a Sunday.", "It was my birthday.", "We had booked weeks ahead.", "Four of us came for lunch.",
    "This was our second visit.", "We had heard about the {n}.", "My sister had asked about the {n}.",
  ]

  let verdicts: [Verdict]
  let nouns: [String]
  let text: String

  /// A review of these verdicts, told by a combination of words that the split owns.
  init(_ verdicts: [Verdict], in split: Split, _ chance: inout Chance) {
    while true {
      let nouns = verdicts.map { chance.pick($0.aspect.things) }
      let isOneConstruction = verdicts.count > 1 && chance.happens(25)
      let draft =
        isOneConstruction
        ? Review.inOneConstruction(verdicts, nouns, &chance) : Review.inClauses(verdicts, nouns, &chance)
      guard Split(owning: nouns + draft.combination) == split else { continue }
      let opening = fill(
        chance.pick(Review.openings), ["n": chance.pick(chance.pick(Aspect.allCases).things)])
      self.verdicts = verdicts
      self.nouns = nouns
      text = (chance.happens(10) ? opening + " " : "") + sentence(draft.text)
      return
    }
  }

  /// A clause for each verdict; with the words that judge.
  static func inClauses(
    _ verdicts: [Verdict], _ nouns: [String], _ chance: inout Chance
  ) -> (text: String, combination: [String]) {
    var clauses: [String] = []
    var combination: [String] = []
    for (verdict, noun) in zip(verdicts, nouns) {
      let isGeneral = chance.happens(40)
      let goodWord = chance.pick(isGeneral ? good : verdict.aspect.goodWords)
      let badWord = chance.pick(isGeneral ? bad : verdict.aspect.badWords)
      let same = verdict.isGood ? goodWord : badWord
      let opposite = verdict.isGood ? badWord : goodWord
      let roll = chance.below(100)
      let template = chance.pick(
        roll < 65 ? plain : roll < 82 ? negated : verdict.isGood ? praising : blaming)
      clauses.append(fill(template, ["n": noun, "was": was(noun), "same": same, "opposite": opposite]))
      combination += shown(in: template, ["same": same, "opposite": opposite])
    }
    guard clauses.count > 1 else { return (clauses[0], combination) }
    let isMixed = verdicts[0].isGood != verdicts[1].isGood
    if isMixed, chance.happens(20) { return ("although \(clauses[0]), \(clauses[1])", combination) }
    let link = chance.pick(isMixed ? [", but ", ", yet ", "; ", ", and "] : [", and ", "; ", ", and also "])
    return (clauses[0] + link + clauses[1], combination)
  }

  /// Two verdicts in one construction; with the words that judge.
  static func inOneConstruction(
    _ verdicts: [Verdict], _ nouns: [String], _ chance: inout Chance
  ) -> (text: String, combination: [String]) {
    let isMixed = verdicts[0].isGood != verdicts[1].isGood
    let template = chance.pick(isMixed ? contrasts : verdicts[0].isGood ? pairsOfPraise : pairsOfBlame)
    let praised = nouns[verdicts[0].isGood ? 0 : 1]
    let blamed = nouns[verdicts[0].isGood ? 1 : 0]
    let goodWord = chance.pick(good)
    let badWord = chance.pick(bad)
    let text = fill(
      template,
      [
        "g": praised, "gwas": was(praised), "b": blamed, "bwas": was(blamed), "n": nouns[0],
        "nwas": was(nouns[0]),
        "m": nouns[1], "mwas": was(nouns[1]), "good": goodWord, "bad": badWord,
      ])
    return (text, shown(in: template, ["good": goodWord, "bad": badWord]))
  }

  func verdict(on aspect: Aspect) -> Verdict? { verdicts.first { $0.aspect == aspect } }
}

/// One or two verdicts of any kind, in any order.
func someVerdicts(_ chance: inout Chance) -> [Verdict] {
  chance.pick(chance.happens(45) ? 1 : 2, of: Aspect.allCases).map {
    Verdict(aspect: $0, isGood: chance.happens(50))
  }
}

// MARK: - Complaints: one review, who should hear the complaint?

func complaint(_ number: Int, in split: Split, _ chance: inout Chance) -> [[String]] {
  let label = ["kitchen", "service", "room", "nobody"][number % 4]
  let blamed = Aspect(rawValue: number % 4)
  var verdicts: [Verdict]
  repeat {
    verdicts = someVerdicts(&chance)
  } while verdicts.first(where: { !$0.isGood })?.aspect != blamed || verdicts.filter({ !$0.isGood }).count > 1
  return [[Review(verdicts, in: split, &chance).text, label]]
}

// MARK: - Agreement: two reviews, how far do they agree?

/// The mean over the aspects that either speaks of: 5 where they judge alike, 2 where they judge the same aspect
/// differently, 0 where only one of them speaks of it.
func agreement(_ number: Int, in split: Split, _ chance: inout Chance) -> [[String]] {
  let first = someVerdicts(&chance)
  var second = first
  switch number % 4 {
  case 0: break
  case 1:
    let index = chance.below(second.count)
    second[index].isGood.toggle()
  case 2:
    second = second.map { Verdict(aspect: $0.aspect, isGood: !$0.isGood) }
  default:
    second = someVerdicts(&chance)
  }
  if second.count > 1, chance.happens(25) { second.removeLast() }
  let reviews = [Review(first, in: split, &chance), Review(chance.shuffled(second), in: split, &chance)]
  var points: [Double] = []
  for aspect in Aspect.allCases {
    switch (reviews[0].verdict(on: aspect), reviews[1].verdict(on: aspect)) {
    case (nil, nil): break
    case (let one?, let other?): points.append(one == other ? 5 : 2)
    default: points.append(0)
    }
  }
  let score = points.reduce(0, +) / Double(points.count)
  return [[reviews[0].text, reviews[1].text, String((score * 10).rounded() / 10)]]
}

// MARK: - Answers: a review and a question, what does the review answer?

func answer(_ number: Int, in split: Split, _ chance: inout Chance) -> [[String]] {
  let favourable = [
    "did the guest like the {s}?", "{was} the {s} good?", "was the guest happy with the {s}?",
    "did the {s} please the guest?",
  ]
  let unfavourable = [
    "did the guest dislike the {s}?", "{was} the {s} bad?", "was the guest unhappy with the {s}?",
    "did the {s} annoy the guest?",
  ]
  let label = ["yes", "no", "unknown"][number % 3]
  let isFavourable = chance.happens(80)
  var verdicts = someVerdicts(&chance)
  // The question is about the first of the verdicts as drawn, wherever the review tells it.
  if label != "unknown" { verdicts[0].isGood = (label == "yes") == isFavourable }
  let review = Review(chance.shuffled(verdicts), in: split, &chance)
  var subject: String
  if label == "unknown" {
    subject = chance.pick(chance.pick(Aspect.allCases.filter { review.verdict(on: $0) == nil }).names)
  } else {
    let index = review.verdicts[0] == verdicts[0] ? 0 : 1
    subject = chance.happens(30) ? review.nouns[index] : chance.pick(verdicts[0].aspect.names)
  }
  let question = fill(
    chance.pick(isFavourable ? favourable : unfavourable), ["s": subject, "was": was(subject)])
  return [[review.text, sentence(question, end: ""), label]]
}

// MARK: - Advice: a wish and the reviews that could help

/// Grade 2 for a review that grants all that is wished, 1 for one that grants a part and denies nothing, else 0.
func advice(_ number: Int, in split: Split, _ chance: inout Chance) -> [[String]] {
  let wishes = [
    "where {is} the {x} good?", "who was happy with the {x}?", "never mind the {y}, where {is} the {x} good?",
    "the {x} must be good, whatever the {y}", "we care about the {x}, not about the {y}",
    "not the {y} but the {x} must be good", "I want to enjoy the {x}; the {y} may be bad",
    "the {y} may be bad as long as the {x} {is} good",
  ]
  let doubleWishes = [
    "where {is} the {x} good, and the {y} too?", "who was happy with the {x} and the {y}?",
    "the {x} and the {y} must both be good", "we care about the {x} and also about the {y}",
  ]
  let aspects = chance.pick(2, of: Aspect.allCases)
  let isDouble = chance.happens(25)
  let wished = isDouble ? aspects : [aspects[0]]
  var template: String
  var names: [String]
  repeat {
    template = chance.pick(isDouble ? doubleWishes : wishes)
    names = aspects.map { chance.pick($0.names) }
  } while Split(owning: [template] + shown(in: template, ["x": names[0], "y": names[1]])) != split
  let wish = fill(template, ["x": names[0], "y": names[1], "is": isPlural(names[0]) ? "are" : "is"])

  func grade(_ verdicts: [Verdict]) -> Int {
    let found = wished.compactMap { aspect in verdicts.first { $0.aspect == aspect } }
    if found.contains(where: { !$0.isGood }) { return 0 }
    return found.count == wished.count ? 2 : found.count
  }
  var rows: [[String]] = []
  let grades = chance.shuffled([2, chance.pick(isDouble ? [1, 1, 2] : [2, 0]), 0, 0, 0])
  for wanted in grades {
    var verdicts: [Verdict]
    repeat { verdicts = someVerdicts(&chance) } while grade(verdicts) != wanted
    let review = Review(verdicts, in: split, &chance)
    rows.append(["\(split.rawValue)-\(number + 1)", sentence(wish, end: ""), review.text, String(wanted)])
  }
  return rows
}

// MARK: - Mentions: one review, which words are what it praises or blames?

/// The review's words, with punctuation apart, and a label for each: B- for the article before a thing that is judged and I-
/// for the thing, O for the rest.
func mention(_ number: Int, in split: Split, _ chance: inout Chance) -> [[String]] {
  let review = Review(someVerdicts(&chance), in: split, &chance)
  let words = words(of: review.text)
  var labels = [String](repeating: "O", count: words.count)
  for (verdict, noun) in zip(review.verdicts, review.nouns) {
    // What a review opens with is not judged, and comes first.
    guard let place = words.lastIndex(of: noun) else { fatalError("'\(noun)' is not in '\(review.text)'") }
    let kind = verdict.isGood ? "PRAISED" : "BLAMED"
    labels[place - 1] = "B-" + kind
    labels[place] = "I-" + kind
  }
  return [[words.joined(separator: " "), labels.joined(separator: " ")]]
}

func words(of text: String) -> [String] {
  var spaced = text
  for sign in [".", ",", ";"] { spaced = spaced.replacingOccurrences(of: sign, with: " " + sign + " ") }
  return spaced.split(separator: " ").map(String.init)
}

// MARK: - Alerts: one review, which departments should hear of it, if any?

func alert(_ number: Int, in split: Split, _ chance: inout Chance) -> [[String]] {
  let review = Review(someVerdicts(&chance), in: split, &chance)
  let departments = ["kitchen", "service", "room"]
  let blamed = Aspect.allCases.filter { review.verdict(on: $0)?.isGood == false }
  return [[review.text, blamed.map { departments[$0.rawValue] }.joined(separator: ",")]]
}

// MARK: - Evidence: a question and a review, which words of the review answer it?

/// The answer is a thing with its article, as it stands in the review, and the character that it begins with.
func evidence(_ number: Int, in split: Split, _ chance: inout Chance) -> [[String]] {
  let favourable = [
    "What did the guest like?", "What was good?", "What would the guest praise?", "What pleased the guest?",
  ]
  let unfavourable = [
    "What did the guest dislike?", "What was bad?", "What would the guest blame?", "What let the guest down?",
  ]
  let asksForPraise = number % 2 == 0
  var verdicts: [Verdict]
  repeat {
    verdicts = someVerdicts(&chance)
  } while verdicts.count < 2 || verdicts.count { $0.isGood == asksForPraise } != 1
  let review = Review(verdicts, in: split, &chance)
  guard let index = review.verdicts.firstIndex(where: { $0.isGood == asksForPraise }),
    let place = lastPlace(of: review.nouns[index], in: review.text)
  else { fatalError("no answer in '\(review.text)'") }
  let start = review.text.unicodeScalars.distance(from: review.text.startIndex, to: place.lowerBound)
  return [
    [
      chance.pick(asksForPraise ? favourable : unfavourable), review.text, String(review.text[place]),
      String(start),
    ]
  ]
}

/// Where a thing and its article stand for the last time: what a review opens with is not judged, and comes first.
func lastPlace(of noun: String, in text: String) -> Range<String.Index>? {
  var place: Range<String.Index>?
  var rest = text.startIndex..<text.endIndex
  while let found = text.range(of: "the \(noun)", options: .caseInsensitive, range: rest) {
    let isWhole = found.upperBound == text.endIndex || !text[found.upperBound].isLetter
    if isWhole { place = found }
    rest = found.upperBound..<text.endIndex
  }
  return place
}

// MARK: - Writing

/// Draws rows until a split is full; rows that have been seen are drawn again.
func write(
  _ task: String, header: [String], train: Int, others: Int, seed: UInt64, in folder: URL,
  _ draw: (Int, Split, inout Chance) -> [[String]]
) throws {
  var chance = Chance(state: seed)
  var seen: Set<String> = []
  for (split, count) in [(Split.train, train), (.dev, others), (.test, others)] {
    var lines = [header.joined(separator: "\t")]
    var number = 0
    while number < count {
      let rows = draw(number, split, &chance)
      guard seen.insert(rows[0].dropLast().joined(separator: "\t")).inserted else { continue }
      lines += rows.map { $0.joined(separator: "\t") }
      number += 1
    }
    let file = folder.appendingPathComponent("\(task)/\(split.rawValue).tsv")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
  }
}

let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
try write("complaints", header: ["text", "label"], train: 3500, others: 400, seed: 1, in: folder, complaint)
try write(
  "agreement", header: ["text", "pair", "score"], train: 4000, others: 400, seed: 2, in: folder, agreement)
try write(
  "answers", header: ["text", "pair", "label"], train: 4000, others: 400, seed: 3, in: folder, answer)
try write(
  "advice", header: ["queryID", "query", "candidate", "grade"], train: 600, others: 300, seed: 4, in: folder,
  advice)
try write("mentions", header: ["text", "label"], train: 2000, others: 400, seed: 5, in: folder, mention)
try write("alerts", header: ["text", "label"], train: 2000, others: 400, seed: 6, in: folder, alert)
try write(
  "evidence", header: ["question", "context", "answer", "start"], train: 2000, others: 400, seed: 7,
  in: folder,
  evidence)
