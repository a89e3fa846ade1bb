import { request } from 'undici';

/** What a gateway's `/metrics` says of one metric now, its series added up; 0 where it has none. */
export async function readMetric(url: string, name: string): Promise<number> {
  const answer = await request(`${url}/metrics`);
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${url}/metrics answered ${answer.statusCode}`);
  const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}
