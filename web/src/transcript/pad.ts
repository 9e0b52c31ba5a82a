import type { LineChange, LinesSaved, Written } from '@/api/transcripts'
import { newId } from '@/outbox/item'

/** What a line says. */
export interface Said {
  kind: Written['kind']
  speaker?: string
  text: string
  exhibit?: string
}

/** A line as this page has written it and the court doesn't have it yet. `after` is of a new line: the one before it, undefined at the end. */
export interface Own extends Said {
  id: string
  revision: number
  after?: string
  at: number
  removed?: boolean
}

/** A line as it is shown: `own` is not with the court yet, `theirs` what somebody else has made of it meanwhile. */
export interface Row extends Said {
  id: string
  at: number
  own: boolean
  theirs?: Written
}

const says = (s: Said & { removed?: boolean | undefined }) => JSON.stringify([s.kind, s.speaker ?? '', s.text, s.exhibit ?? '', !!s.removed])

const inOrder = (a: Written, b: Written) => a.position - b.position || (a.id < b.id ? -1 : 1)

/** Most changes that go in one request. */
const BATCH = 50

/**
 * A transcript while it is being written: the lines that the court has, and over them what this page has written and not sent. Nothing of the latter is given up but by the writer: what somebody
 * else has changed meanwhile is shown beside it, and the writer chooses.
 */
export class Pad {
  changes = 0
  private lines = new Map<string, Written>()
  private own = new Map<string, Own>()
  private theirs = new Map<string, Written>()

  /** Takes what the court tells: all lines, or those that changed. */
  merge(lines: readonly Written[], changes: number) {
    for (const l of lines) {
      this.lines.set(l.id, l)
      const own = this.own.get(l.id)
      if (own && !this.theirs.has(l.id) && says(own) === says(l)) this.own.delete(l.id) // the answer was lost
    }
    this.changes = Math.max(this.changes, changes)
  }

  /** All that is shown, in its order. */
  rows(): Row[] {
    const list: Row[] = []
    for (const l of [...this.lines.values()].sort(inOrder)) {
      const own = this.own.get(l.id)
      const theirs = this.theirs.get(l.id)
      if (own ? !own.removed || theirs : !l.removed) list.push({ ...(own ?? l), id: l.id, at: l.at, own: !!own, ...(theirs ? { theirs } : {}) })
    }
    for (const o of this.own.values()) {
      if (this.lines.has(o.id) || o.removed) continue
      const before = o.after === undefined ? -1 : list.findIndex((r) => r.id === o.after)
      list.splice(o.after === '' ? 0 : before < 0 ? list.length : before + 1, 0, { ...o, own: true })
    }
    return list
  }

  /** What the court has, without what was written here and didn't reach it. */
  written(): Written[] {
    return [...this.lines.values()].filter((l) => !l.removed && l.text.trim()).sort(inOrder)
  }

  /** A new line behind another, or at the end. */
  add(said: Said, at: number, after?: string): string {
    const id = newId()
    this.own.set(id, { ...said, id, revision: 0, at, ...(after === undefined ? {} : { after }) })
    return id
  }

  /** Changes a line. */
  write(id: string, change: Partial<Said> & { removed?: boolean }) {
    const was = this.own.get(id) ?? this.lines.get(id)
    if (!was) return
    const { kind, speaker, text, exhibit } = { ...was, ...change }
    const now: Own = { id, kind, text, at: was.at, revision: was.revision, ...(speaker ? { speaker } : {}), ...(exhibit ? { exhibit } : {}), ...(change.removed ? { removed: true } : {}) }
    const after = (was as Own).after
    if (!this.lines.has(id) && after !== undefined) now.after = after
    const there = this.lines.get(id)
    if (there && says(there) === says(now) && !this.theirs.has(id)) this.own.delete(id)
    else this.own.set(id, now)
  }

  /** What is to be sent next. A line about which the writer has to choose waits. */
  pending(): LineChange[] {
    return [...this.own.values()]
      .filter((o) => !this.theirs.has(o.id))
      .slice(0, BATCH)
      .map(({ id, ...o }) => ({ line: id, ...o, ...(o.revision ? { at: undefined } : {}) }))
  }

  /** Takes the answer to what was sent. What was written on meanwhile stays to be sent. */
  took(sent: readonly LineChange[], saved: LinesSaved) {
    this.merge(saved.lines, 0)
    for (const c of sent) {
      const own = this.own.get(c.line)
      const there = this.lines.get(c.line)
      if (!own || !there) continue
      if (saved.conflicts.includes(c.line)) this.theirs.set(c.line, there)
      else if (says(own) === says(c)) this.own.delete(c.line)
      else {
        own.revision = there.revision
        delete own.after
      }
    }
  }

  /** The writer's choice where somebody else was quicker. */
  choose(id: string, mine: boolean) {
    const theirs = this.theirs.get(id)
    this.theirs.delete(id)
    const own = this.own.get(id)
    if (!theirs || !own) return
    if (mine) own.revision = theirs.revision
    else this.own.delete(id)
  }

  /** Lines that the court doesn't have as they are here. */
  get unsent(): number {
    return this.own.size
  }

  get contested(): number {
    return this.theirs.size
  }

  /** What stays on the phone until the court has it. */
  keep(): string {
    return this.own.size ? JSON.stringify([...this.own.values()]) : ''
  }

  /** Takes what an earlier page has kept. */
  restore(text: string) {
    for (const o of JSON.parse(text) as Own[]) if (!this.own.has(o.id)) this.own.set(o.id, o)
  }
}
