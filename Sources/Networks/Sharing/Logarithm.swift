#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

func logarithm(_ value: Double) -> Double { log(value) }

func logarithm(_ value: Float) -> Float { log(value) }
