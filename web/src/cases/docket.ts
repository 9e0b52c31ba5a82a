/** A docket number (案号) as courts print it: full-width brackets around the year and no spaces, `（2026）京01民终123号`. */
export function formatDocket(n: string): string {
  return n.replace(/\s+/g, '').replace(/[(〔[]/g, '（').replace(/[)〕\]]/g, '）')
}
