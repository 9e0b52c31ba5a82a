import type { Cause, FilingCondition, FilingField, FilingKind, FilingProblem, FilingSlot, FilingStep, Ground, Material, Party, Representative, Values } from '@/api/filings'

/** What conditions need to know beside what was filled in. */
export interface Known {
  /** The cause that was chosen, where the phone knows it. */
  cause?: Cause | undefined
  grounds: readonly Ground[]
}

/** The last step: everything is looked at, signed and handed in. */
export const REVIEW = 'review'

// A draft may be of an older form or another device: what isn't of the type that is looked for counts as nothing.
export const textOf = (v: unknown): string => (typeof v === 'string' ? v : '')
export const listOf = <T>(v: unknown): T[] => (Array.isArray(v) ? (v as T[]).filter((x) => x !== null && x !== undefined) : [])
export const recordOf = <T extends object>(v: unknown): Partial<T> => (v !== null && typeof v === 'object' && !Array.isArray(v) ? (v as Partial<T>) : {})

export function fieldOfType(kind: FilingKind, type: string): FilingField | undefined {
  for (const s of kind.steps) for (const f of s.fields) if (f.type === type) return f
  return undefined
}
export function fieldOf(kind: FilingKind, key: string): FilingField | undefined {
  for (const s of kind.steps) for (const f of s.fields) if (f.key === key) return f
  return undefined
}
const listIn = <T>(kind: FilingKind, values: Values, type: string) => listOf<T>(values[fieldOfType(kind, type)?.key ?? '']).filter((x) => typeof x === 'object')
export const partiesOf = (kind: FilingKind, values: Values) => listIn<Party>(kind, values, 'parties')
export const representativesOf = (kind: FilingKind, values: Values) => listIn<Representative>(kind, values, 'representatives')
export const materialsOf = (kind: FilingKind, values: Values) => listIn<Material>(kind, values, 'materials')

/** Whether a party stands on the side that files. */
export const ours = (kind: FilingKind, p: Party) => kind.standings.find((s) => s.key === p.standing)?.side === 'applicant'

// The same facts as the server's (store/court/filing/draft.go). The server judges; the page only shows and hides.
export const facts: Record<string, (kind: FilingKind, values: Values, known: Known) => boolean> = {
  blank_cause: (kind, values, known) => !!known.cause?.blank && known.cause.code === values[fieldOfType(kind, 'cause')?.key ?? ''],
  knowledge_ground: (kind, values, known) => chosenGrounds(kind, values, known).some((g) => g.from_knowledge),
  new_evidence: (kind, values, known) => chosenGrounds(kind, values, known).some((g) => g.key.endsWith('_new_evidence')),
  represented: (kind, values) => representativesOf(kind, values).some((r) => r.kind !== 'statutory'),
  organisation_applies: (kind, values) => partiesOf(kind, values).some((p) => p.kind === 'organisation' && ours(kind, p)),
}

function chosenGrounds(kind: FilingKind, values: Values, known: Known): Ground[] {
  const keys = listOf<string>(values[fieldOfType(kind, 'grounds')?.key ?? ''])
  return known.grounds.filter((g) => keys.includes(g.key))
}

/** Whether a condition holds; none always does. */
export function holds(when: FilingCondition | undefined, kind: FilingKind, values: Values, known: Known): boolean {
  if (!when) return true
  if (when.fact) return facts[when.fact]?.(kind, values, known) ?? false
  const f = fieldOf(kind, when.field ?? '')
  // What is hidden itself holds nothing. Conditions look at earlier fields, so this ends.
  return !!f && values[f.key] === when.is && holds(f.when, kind, values, known)
}

export const visible = (f: FilingField, kind: FilingKind, values: Values, known: Known) => holds(f.when, kind, values, known)
export const fieldsOf = (s: FilingStep, kind: FilingKind, values: Values, known: Known) => s.fields.filter((f) => visible(f, kind, values, known))
export const slotsOf = (kind: FilingKind, values: Values, known: Known): FilingSlot[] => kind.materials.filter((s) => holds(s.when, kind, values, known))

function empty(v: unknown): boolean {
  if (v === undefined || v === null || v === false) return true
  if (typeof v === 'string') return v.trim() === ''
  if (Array.isArray(v)) return v.length === 0
  return typeof v === 'object' && Object.keys(v).length === 0
}

/**
 * What a step still lacks as far as the phone can tell: paths as problems name them. `files` says which materials have a file on this phone or at the court. The server knows the rest.
 */
export function lacking(s: FilingStep, kind: FilingKind, values: Values, known: Known, files: (slot: string) => boolean): string[] {
  const paths: string[] = []
  for (const f of fieldsOf(s, kind, values, known)) {
    if (f.type === 'materials') paths.push(...slotsOf(kind, values, known).filter((x) => x.required && !files(x.key)).map((x) => `${f.key}.${x.key}`))
    else if (f.required && empty(values[f.key])) paths.push(f.key)
    else if (f.type === 'parties') for (const x of kind.standings) if (partiesOf(kind, values).filter((p) => p.standing === x.key && p.name?.trim()).length < x.min) paths.push(f.key)
  }
  return [...new Set(paths)]
}

/** The key of the field that a path is about: `parties` of `parties[0].name`. */
export const keyOf = (path: string) => path.replace(/[.[].*$/, '')

/** The step that a path belongs to; the first where it names no field. */
export function stepOf(kind: FilingKind, path: string): string {
  const key = keyOf(path)
  return (kind.steps.find((s) => s.fields.some((f) => f.key === key)) ?? kind.steps[0])?.key ?? REVIEW
}

/** The step to open: the one that is named, if the form has it. */
export function openAt(kind: FilingKind, ...wanted: string[]): FilingStep {
  for (const w of wanted) {
    const s = kind.steps.find((x) => x.key === w)
    if (s) return s
  }
  return kind.steps[0]!
}

/**
 * The problems that somebody can do something about here and now. The number of who files comes from the proof of identity, and files that are still on their way are no reason to stay.
 */
export function blocking(problems: readonly FilingProblem[], kind: FilingKind, values: Values, verified: boolean, onTheWay: (slot: string) => boolean): FilingProblem[] {
  const parties = fieldOfType(kind, 'parties')?.key
  const representatives = fieldOfType(kind, 'representatives')?.key
  const materials = fieldOfType(kind, 'materials')?.key
  return problems.filter((p) => {
    if (p.warning) return false
    const place = /^(\w+)\[(\d+)\]\.id_number$/.exec(p.path)
    if (place && p.code === 'required' && !verified) {
      const list = place[1] === parties ? partiesOf(kind, values) : place[1] === representatives ? representativesOf(kind, values) : []
      if (list[Number(place[2])]?.self) return false
    }
    return !(materials && p.code === 'material_missing' && onTheWay(p.path.slice(materials.length + 1)))
  })
}
