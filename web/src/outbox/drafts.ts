import type { Draft, PersonDB } from '@/record/db'

const key = (caseId: string, thread: string) => `${caseId}|${thread}`

/** What is being written in each thread and has not been sent. */
export class Drafts {
  private timers = new Map<string, ReturnType<typeof setTimeout>>()
  private latest = new Map<string, Draft>()

  constructor(private readonly db: PersonDB) {}

  async read(caseId: string, thread: string): Promise<Draft | undefined> {
    const k = key(caseId, thread)
    return this.latest.get(k) ?? (await this.db.get('drafts', k))
  }

  /** Keeps the draft; writing is put together over a short while. */
  write(caseId: string, thread: string, draft: Draft) {
    const k = key(caseId, thread)
    this.latest.set(k, draft)
    clearTimeout(this.timers.get(k))
    this.timers.set(k, setTimeout(() => void this.flush(k), 250))
  }

  /** Writes at once what is still waiting: the page is about to go. */
  flushAll() {
    for (const k of this.latest.keys()) void this.flush(k)
  }

  private async flush(k: string) {
    clearTimeout(this.timers.get(k))
    const d = this.latest.get(k)
    if (!d) return
    this.latest.delete(k)
    if (d.text || d.quote) await this.db.put('drafts', d, k)
    else await this.db.delete('drafts', k)
  }
}
