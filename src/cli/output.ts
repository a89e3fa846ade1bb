/** Where a command writes: what was asked for, and what there is to say about it. */
export interface Output {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
}
