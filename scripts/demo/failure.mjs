/** A failure with a message for a person: it is printed alone, without a stack trace. */
export class DemoFailure extends Error {
  /**
   * @param {string} message
   * @param {number} exitCode 2 for a wrong call, 1 for a demo that failed
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
