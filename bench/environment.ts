/** The environment that all measured processes get: no proxy, no credentials, nothing of the user's own. */
export function plainEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: '/nonexistent', NODE_ENV: 'production' };
}
