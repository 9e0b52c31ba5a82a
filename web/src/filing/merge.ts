import type { Values } from '@/api/filings'

/** What became of a form that two devices have changed. */
export interface Merged {
  values: Values
  /** Fields that both have changed, each in its own way: this phone's stands there until the person has chosen. */
  clashes: string[]
  /** Fields that the other device alone has changed. */
  taken: string[]
}

/** The same JSON, in whatever order its keys are. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false
  const left = Object.entries(a as object).filter(([, v]) => v !== undefined)
  const right = Object.entries(b as object).filter(([, v]) => v !== undefined)
  return left.length === right.length && left.every(([k, v]) => k in b && same(v, (b as Record<string, unknown>)[k]))
}

/** Puts together what this phone and another device have made of what both began with. Nothing that somebody wrote gets lost: where both wrote, the field is a clash. */
export function merge(base: Values, mine: Values, theirs: Values): Merged {
  const values: Values = {}
  const m: Merged = { values, clashes: [], taken: [] }
  for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const one = mergeOne(base[key], mine[key], theirs[key])
    if (one.value !== undefined) values[key] = one.value
    if (one.clash) m.clashes.push(key)
    else if (!same(one.value, mine[key])) m.taken.push(key)
  }
  return m
}

interface One {
  value: unknown
  clash?: boolean
}

function mergeOne(base: unknown, mine: unknown, theirs: unknown): One {
  if (same(mine, theirs) || same(theirs, base)) return { value: mine }
  if (same(mine, base)) return { value: theirs }
  return mergeLists(base, mine, theirs) ?? { value: mine, clash: true }
}

type Item = Record<string, unknown>

/** What a list's items are known by: people by their ids, files by their attachments. Undefined where they aren't. */
function byName(list: unknown): Map<string, Item> | undefined {
  if (list === undefined) return new Map()
  if (!Array.isArray(list)) return undefined
  const map = new Map<string, Item>()
  for (const x of list as Item[]) {
    const name = typeof x === 'object' && x ? (x.id ?? x.attachment) : undefined
    if (typeof name !== 'string' || map.has(name)) return undefined
    map.set(name, x)
  }
  return map
}

/** Lists of people and files are put together one by one. What one device has removed and the other changed stays. */
function mergeLists(base: unknown, mine: unknown, theirs: unknown): One | undefined {
  const [was, here, there] = [byName(base), byName(mine), byName(theirs)]
  if (!was || !here || !there) return undefined
  let clash = false
  const list: Item[] = []
  for (const name of new Set([...there.keys(), ...here.keys()])) {
    const [b, m, t] = [was.get(name), here.get(name), there.get(name)]
    if (!m || !t) {
      const left = (m ?? t)!
      if (!b || !same(left, b)) list.push(left) // new on one device, or changed there
      continue
    }
    const item: Item = {}
    for (const key of new Set([...Object.keys(m), ...Object.keys(t)])) {
      const [bv, mv, tv] = [b?.[key], m[key], t[key]]
      const take = same(mv, bv) ? tv : mv
      if (!same(mv, tv) && !same(mv, bv) && !same(tv, bv)) clash = true
      if (take !== undefined) item[key] = take
    }
    list.push(item)
  }
  return { value: clash ? mine : list, clash }
}
