/// What this library calls itself in files.
public enum Braid {
  public static let version = "0.1.0"
}
