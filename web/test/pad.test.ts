import { describe, expect, it } from 'vitest'
import type { LineChange, LinesSaved, Written } from '@/api/transcripts'
import { Pad, type Said } from '@/transcript/pad'

const note = (text: string): Said => ({ kind: 'note', text })

/** What the server does with changes (store/transcript_line.go), in small. */
class Court {
  lines: (Written & { pen: string })[] = []
  changes = 0

  /** Lines that are newer than a change, as they come over the wire. */
  since(n: number): Written[] {
    return structuredClone(this.lines.filter((l) => l.changed > n))
  }

  write(pen: string, list: readonly LineChange[]): LinesSaved {
    const saved: LinesSaved = { changes: 0, lines: [], conflicts: [] }
    for (const c of list) {
      let l = this.lines.find((x) => x.id === c.line)
      if (!l) {
        l = { id: c.line, kind: c.kind, text: c.text, at: c.at ?? 1, revision: 0, changed: 0, by: pen, position: 0, pen }
        const known = c.after === undefined ? -1 : this.lines.findIndex((x) => x.id === c.after)
        const i = c.after === '' ? 0 : known < 0 ? this.lines.length : known + 1
        const [before, next] = [this.lines[i - 1]?.position ?? 0, this.lines[i]?.position]
        l.position = next === undefined ? before + 1 : (before + next) / 2
        this.lines.splice(i, 0, l)
      } else if (l.text === c.text && !!l.removed === !!c.removed) {
        saved.lines.push({ ...l })
        continue
      } else if (l.revision !== c.revision && l.pen !== pen) {
        saved.conflicts.push(l.id)
        saved.lines.push({ ...l })
        continue
      }
      this.changes++
      Object.assign(l, { text: c.text, pen, revision: this.changes, changed: this.changes, removed: !!c.removed })
      saved.lines.push({ ...l })
    }
    saved.changes = this.changes
    return saved
  }
}

const texts = (p: Pad) => p.rows().map((r) => r.text)

describe('a transcript that is being written', () => {
  it('shows at once what is typed, and sends it once', () => {
    const p = new Pad()
    const a = p.add(note('a'), 1)
    p.add(note('c'), 1)
    p.add(note('b'), 1, a)
    p.add(note('0'), 1, '')
    expect(texts(p)).toEqual(['0', 'a', 'b', 'c'])
    const court = new Court()
    const sent = p.pending()
    p.write(a, { text: 'aa' }) // typed on before the answer
    p.took(sent, court.write('1', sent))
    expect(p.unsent).toBe(1)
    expect(p.pending()).toMatchObject([{ line: a, text: 'aa' }])
    p.took(p.pending(), court.write('1', p.pending()))
    expect(p.unsent).toBe(0)
    expect(texts(p)).toEqual(['0', 'aa', 'b', 'c'])
  })

  it('keeps both where two have changed one line, until the writer chooses', () => {
    const court = new Court()
    const [p, q] = [new Pad(), new Pad()]
    const a = p.add(note('a'), 1)
    p.took(p.pending(), court.write('p', p.pending()))
    q.merge(court.since(0), court.changes)
    p.write(a, { text: 'von p' })
    p.took(p.pending(), court.write('p', p.pending()))
    q.write(a, { text: 'von q' })
    const sent = q.pending()
    q.took(sent, court.write('q', sent))
    expect(q.rows()).toMatchObject([{ text: 'von q', theirs: { text: 'von p' } }])
    expect(q.pending()).toEqual([])
    expect(JSON.parse(q.keep())).toHaveLength(1)
    q.choose(a, true)
    q.took(q.pending(), court.write('q', q.pending()))
    expect(court.lines[0]!.text).toBe('von q')
    expect(q.unsent).toBe(0)
  })

  it('loses nothing when the page is closed before the answer, and sends nothing twice', () => {
    const court = new Court()
    const p = new Pad()
    p.add(note('a'), 1)
    court.write('p', p.pending()) // the answer never came
    const next = new Pad()
    next.restore(p.keep())
    next.merge(court.since(0), court.changes)
    expect(next.unsent).toBe(0)
    expect(texts(next)).toEqual(['a'])
    const other = new Pad()
    other.restore(p.keep())
    other.took(other.pending(), court.write('o', other.pending()))
    expect(other.unsent).toBe(0)
    expect(court.lines).toHaveLength(1)
  })

  it('tells what the court has from what did not reach it', () => {
    const court = new Court()
    const p = new Pad()
    const a = p.add(note('a'), 1)
    p.took(p.pending(), court.write('p', p.pending()))
    p.write(a, { text: 'not sent' })
    p.add(note('not sent'), 1)
    expect(p.written().map((l) => l.text)).toEqual(['a'])
    expect(texts(p)).toEqual(['not sent', 'not sent'])
    expect(p.unsent).toBe(2)
  })

  it('comes to what the court has, whatever two write and whatever is lost', () => {
    let seed = 7
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n
    for (let round = 0; round < 200; round++) {
      const court = new Court()
      const pads = [new Pad(), new Pad()]
      const typed = new Set<string>()
      for (let i = 0; i < 30; i++) {
        const n = random(2)
        const p = pads[n]!
        const rows = p.rows()
        const at = rows[random(Math.max(1, rows.length))]
        switch (random(5)) {
          case 0: {
            const text = `${round}.${i}`
            typed.add(text)
            p.add(note(text), 1, at?.id)
            break
          }
          case 1:
            if (at && !at.theirs) p.write(at.id, { text: `${at.text}+` })
            break
          case 2: {
            const sent = p.pending()
            if (!sent.length) break
            const saved = court.write(String(n), sent)
            if (random(3)) p.took(sent, saved) // else the answer is lost
            break
          }
          case 3:
            p.merge(court.since(p.changes), court.changes)
            break
          case 4:
            if (at?.theirs) p.choose(at.id, random(2) === 0)
        }
      }
      for (let i = 0; i < 4; i++) {
        pads.forEach((p, n) => {
          for (const r of p.rows()) if (r.theirs) p.choose(r.id, true)
          const sent = p.pending()
          if (sent.length) p.took(sent, court.write(String(n), sent))
        })
      }
      pads.forEach((p) => p.merge(court.since(0), court.changes))
      const there = court.lines.filter((l) => !l.removed).map((l) => l.text)
      expect(texts(pads[0]!)).toEqual(there)
      expect(texts(pads[1]!)).toEqual(there)
      for (const text of typed) expect(there.some((x) => x === text || x.startsWith(`${text}+`))).toBe(true)
    }
  })
})
