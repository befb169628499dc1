/// What the inventory knows of a finding's life: facts at its turning points only.
///
/// Whether an open finding is NEW, REOPENED or ACTIVE, and when it was last found, follows from its scope's
/// listings, so that a listing in which nothing changed writes nothing.
package struct FindingLife: Sendable, Hashable {
  /// nil: the last whole listing did not hold the finding.
  package var posture: Posture?
  /// The number of the whole listing in which it was (re)opened; nil while it is not open.
  package var openedInListing: Int64?
  package var firstFound: Timestamp?
  /// Kept when the finding closes; while it is open it follows from the scope.
  package var lastFound: Timestamp?
  package var lastFixed: Timestamp?
  package var reopened: Timestamp?
  package var fixCause: FixCause?

  package init(
    posture: Posture? = nil, openedInListing: Int64? = nil, firstFound: Timestamp? = nil,
    lastFound: Timestamp? = nil, lastFixed: Timestamp? = nil, reopened: Timestamp? = nil, fixCause: FixCause? = nil
  ) {
    self.posture = posture
    self.openedInListing = openedInListing
    self.firstFound = firstFound
    self.lastFound = lastFound
    self.lastFixed = lastFixed
    self.reopened = reopened
    self.fixCause = fixCause
  }

  package enum Turn: String, Sendable { case opened, fixed, reopened }

  package var isOpen: Bool { openedInListing != nil }

  /// Where in its life a finding is; the numbers are stored.
  package enum Phase: Int64, Sendable {
    case neverFailed = 0
    case open, reopened, fixed
  }

  package var phase: Phase {
    if isOpen { return reopened == nil ? .open : .reopened }
    return firstFound == nil ? .neverFailed : .fixed
  }

  /// The source says `posture` now.
  ///
  /// - Parameters:
  ///   - listing: The number that the running listing of the scope has once it is whole, from 1.
  ///   - lastListed: When the scope was last listed whole before.
  package mutating func observe(
    _ posture: Posture, at now: Timestamp, listing: Int64, lastListed: Timestamp?
  ) -> Turn? {
    self.posture = posture
    switch (posture, isOpen) {
    case (.fail, true), (.pass, false), (.notApplicable, false): return nil
    case (.fail, false):
      openedInListing = listing
      lastFound = nil
      guard firstFound != nil else {
        firstFound = now
        return .opened
      }
      reopened = now
      fixCause = nil
      return .reopened
    case (.pass, true), (.notApplicable, true):
      close(posture == .pass ? .passed : .notApplicable, at: now, lastListed: lastListed)
      return .fixed
    }
  }

  /// A whole listing of the scope did not hold the finding, or its host is gone.
  package mutating func miss(_ cause: FixCause, at now: Timestamp, lastListed: Timestamp?) -> Turn? {
    posture = nil
    guard isOpen else { return nil }
    close(cause, at: now, lastListed: lastListed)
    return .fixed
  }

  private mutating func close(_ cause: FixCause, at now: Timestamp, lastListed: Timestamp?) {
    let opened = reopened ?? firstFound
    lastFound = [lastListed, opened].compactMap { $0 }.max()
    openedInListing = nil
    lastFixed = now
    fixCause = cause
  }

  /// - Parameter listings: How often the scope was listed whole so far.
  package func status(listings: Int64) -> FindingStatus? {
    guard let openedInListing else { return firstFound == nil ? nil : .fixed }
    if listings > openedInListing { return .active }
    return reopened == nil ? .new : .reopened
  }

  /// When the source last said FAIL; nil if it never did.
  ///
  /// - Parameter listedAt: When the scope was last listed whole: an open finding was in that listing.
  package func lastFound(listedAt: Timestamp?) -> Timestamp? {
    guard isOpen else { return lastFound }
    return [listedAt, reopened ?? firstFound].compactMap { $0 }.max()
  }
}
