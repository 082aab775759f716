// Declarations alone; see README.md.
public struct LAError: Error {
    public enum Code { case userCancel, authenticationFailed }
    public let code: Code
}
