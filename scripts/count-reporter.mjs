// A reporter for jest that writes how many tests passed, failed and were skipped to the file named by TRIBUTARY_TEST_COUNTS.
import { writeFileSync } from 'node:fs';

export default class CountReporter {
  onRunComplete(_, results) {
    const counts = {
      passed: results.numPassedTests,
      // A suite that could not even start has no tests that could fail.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    writeFileSync(process.env.TRIBUTARY_TEST_COUNTS, JSON.stringify(counts));
  }
}
