/** What a gateway counts, as Prometheus would read it. */
export interface Scrape {
  readonly text: string;
  /** The series of the gateway's own metrics, without their values: `tributary_registry_up{registry="quay.io"}`. */
  readonly series: readonly string[];
  /** The value of a series, written as it stands there; 0 where there is none. */
  readonly value: (series: string) => number;
}

/** Reads `/metrics`. */
export async function scrape(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Scrape> {
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  const values = new Map(
    text
      .split('\n')
      .filter((line) => line.startsWith('tributary_'))
      .map((line) => [line.replace(/ \S+$/, ''), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
  return { text, series: [...values.keys()], value: (series) => values.get(series) ?? 0 };
}
