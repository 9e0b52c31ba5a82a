import { computed, reactive, ref, shallowRef } from 'vue'
import { useSession } from '@/account/session'
import { filings, type Cause, type Filing, type FilingCorrection, type FilingForms, type FilingKind, type FilingProblem, type FilingStep, type Ground, type Material, type OpenedFiling, type Values } from '@/api/filings'
import { ApiError, codeOf, OFFLINE } from '@/api/errors'
import { newId } from '@/outbox/item'
import type { KeptFile } from '@/outbox/kept'
import { usePreparing } from '@/outbox/preparing'
import { useLive } from '@/record/live'
import { fieldOfType, keyOf, lacking, materialsOf, openAt, type Known } from './form'
import { filingForms } from './forms'
import { merge, same } from './merge'
import { settle } from './people'

/** A filing that is being filled in, as this phone keeps it. */
export interface Preparation {
  kind: string
  step: string
  /** What was filled in; the materials stand in `lists`. */
  values: Values
  aside: Values
  cause?: Cause | undefined
  /** Ids of kept files, by the material that they are of. */
  lists: Record<string, string[]>
  files: KeptFile[]
  /** What the court held at `revision`: with it the changes of two devices can be told apart. */
  base: Values
  revision: number
  dirty: boolean
}

export const keyFor = (id: string) => `filing.${id}`
/** What a file is called in the list of materials; photographs are counted by the court. */
const label = (f: KeptFile) => (f.kind === 'image' ? '' : [...f.name].slice(0, 200).join(''))
const plain = <T>(v: T): T => JSON.parse(JSON.stringify(v)) as T

export function useFiling(id: string) {
  const session = useSession()
  const live = useLive()
  const p = reactive<Preparation>({ kind: '', step: '', values: {}, aside: {}, lists: {}, files: [], base: {}, revision: 0, dirty: false }) as Preparation
  const forms = shallowRef<FilingForms>()
  const grounds = shallowRef<Record<string, Ground[]>>({})
  const problems = shallowRef<FilingProblem[]>([])
  /** Where both this phone and another device have changed the same fields: their side. */
  const clash = shallowRef<{ fields: string[]; theirs: Values } | null>(null)
  /** The other device's changes were put together with these. */
  const merged = ref(0)
  /** It was handed in or removed elsewhere. */
  const gone = ref(false)
  /** The filing that this is a correction of. */
  const filed = shallowRef<Filing>()
  const { files, refused, changed: touch, ...kept } = usePreparing(keyFor(id), p, (list) => (p.files = list), send)

  const kind = computed<FilingKind | undefined>(() => forms.value?.kinds.find((k) => k.key === p.kind))
  const known = computed<Known>(() => ({ cause: p.cause, grounds: grounds.value[p.kind] ?? [] }))
  const verified = computed(() => !!session.me?.verified)
  const corrections = computed<FilingCorrection[]>(() => filed.value?.history.filter((h) => h.act === 'ask_correction').pop()?.corrections ?? [])
  const me = () => ({ name: session.me?.name ?? '', phone: /^[+\d -]+$/.test(session.me?.phone ?? '') ? session.me!.phone : '' })

  const slotKey = () => (kind.value ? (fieldOfType(kind.value, 'materials')?.key ?? '') : '')
  /** All that was filled in, as the court keeps it. */
  function body(): Values {
    const values = plain(p.values)
    const key = slotKey()
    if (!key) return values
    const list: Material[] = []
    for (const slot of kind.value?.materials ?? [])
      for (const fid of p.lists[slot.key] ?? []) {
        const f = files.all.get(fid)
        if (f?.attachment) list.push({ slot: slot.key, attachment: f.attachment, ...(label(f) ? { name: label(f) } : {}) })
      }
    if (list.length) values[key] = list
    return values
  }

  /** Takes values as the court has them, with what it knows of their files. What is still on its way there stays. */
  function take(values: Values, known: OpenedFiling['files']) {
    const key = slotKey()
    const { [key]: _, ...rest } = values
    const have = new Map(p.files.filter((f) => f.attachment).map((f) => [f.attachment, f.id]))
    for (const f of files.all.values()) if (f.attachment) have.set(f.attachment, f.id)
    const lists: Record<string, string[]> = {}
    for (const m of kind.value ? materialsOf(kind.value, values) : []) {
      let fid = have.get(m.attachment)
      if (!fid) {
        const f = known[m.attachment]
        const file: KeptFile = { id: newId(), name: f?.name ?? m.name ?? '', type: f?.type ?? '', size: f?.size ?? 0, kind: f?.type.startsWith('image/') ? 'image' : 'file', attachment: m.attachment }
        p.files.push(file)
        files.all.set(file.id, file)
        have.set(m.attachment, (fid = file.id))
      }
      ;(lists[m.slot] ??= []).push(fid)
    }
    for (const [slot, ids] of Object.entries(p.lists)) for (const fid of ids) if (files.all.get(fid) && !files.all.get(fid)!.attachment) (lists[slot] ??= []).push(fid)
    p.values = plain(rest)
    p.lists = lists
  }

  function adopt(d: Pick<OpenedFiling, 'kind' | 'step' | 'values' | 'aside' | 'files' | 'revision'> & { cause?: Cause }) {
    Object.assign(p, { kind: d.kind, step: d.step, aside: d.aside ?? {}, base: d.revision ? plain(d.values) : {}, revision: d.revision, dirty: !d.revision })
    p.cause = d.cause
    take(d.values, d.files)
  }

  /** Puts what the court holds by now together with what stands here; false where the person has to choose. */
  function reconcile(d: OpenedFiling): boolean {
    const m = merge(p.base, body(), d.values)
    const causeKey = kind.value ? fieldOfType(kind.value, 'cause')?.key : undefined
    if (causeKey && m.taken.includes(causeKey)) p.cause = d.cause
    take(m.values, d.files)
    p.base = plain(d.values)
    p.revision = d.revision
    p.dirty = !same(m.values, d.values)
    if (m.taken.length) merged.value++
    clash.value = m.clashes.length ? { fields: m.clashes, theirs: plain(d.values) } : null
    theirCause = d.cause
    theirFiles = d.files
    return !clash.value
  }
  let theirCause: Cause | undefined
  let theirFiles: OpenedFiling['files'] = {}

  /** Ends a clash: for each field this phone's side or the other. */
  function choose(theirs: readonly string[]) {
    if (!clash.value || !kind.value) return
    const all = body()
    for (const key of theirs) {
      if (clash.value.theirs[key] === undefined) delete all[key]
      else all[key] = clash.value.theirs[key]
      if (key === fieldOfType(kind.value, 'cause')?.key) p.cause = theirCause
    }
    take(all, theirFiles)
    clash.value = null
    changed({})
    void kept.save()
  }

  async function send(): Promise<{ revision: number; updated_at: number }> {
    if (clash.value) throw new ApiError({ code: 'draft_changed' })
    for (let tries = 0; ; tries++) {
      const values = body()
      try {
        const d = await filings.save(id, { revision: p.revision, kind: p.kind, step: p.step, values, ...(Object.keys(p.aside).length ? { aside: plain(p.aside) } : {}) })
        problems.value = d.problems
        if (d.cause && d.cause.code === values[causeField()]) p.cause = d.cause
        p.base = values
        return d
      } catch (err) {
        if (codeOf(err) !== 'draft_changed' || tries > 2) throw err
        const there = await filings.draft(id).catch((e) => {
          if (codeOf(e) === 'not_found') gone.value = true
          throw e
        })
        if (!reconcile(there)) throw err
        p.dirty = false // what stands here by now goes with the next try
      }
    }
  }
  const causeField = () => (kind.value ? (fieldOfType(kind.value, 'cause')?.key ?? '') : '')

  const open = (start: string) =>
    kept.open(async (here) => {
      const f = await filingForms()
      ;[forms.value, grounds.value] = [f.forms, f.grounds]
      let there: OpenedFiling | undefined
      let answered = true
      try {
        there = await filings.draft(id)
      } catch (err) {
        if (codeOf(err) === OFFLINE) answered = false
        else if (codeOf(err) !== 'not_found') throw err
      }
      for (const x of here?.files ?? []) files.all.set(x.id, x)
      if (answered && !start) {
        filed.value = await filings.read(id).catch((err) => (['not_found', OFFLINE].includes(codeOf(err)) ? undefined : Promise.reject(err)))
        if (filed.value && filed.value.state !== 'correction_asked') gone.value = true
      }
      if (there) {
        problems.value = there.problems
        if (!here?.dirty) adopt(there)
        else if (there.revision !== here.revision) reconcile(there)
        else p.cause ??= there.cause
      } else if (answered && here?.revision) gone.value = true
      else if (!here && filed.value) adopt({ ...filed.value, step: '', revision: 0 })
      if (!p.kind) p.kind = start
      if (!kind.value && !gone.value && !there) throw new ApiError({ code: answered ? 'not_found' : OFFLINE })
      if (kind.value) p.step = openAt(kind.value, p.step).key
      return p.files
    })

  /** Something was filled in or chosen. */
  function changed(c: Partial<Preparation>) {
    touch(c)
  }
  function set(values: Values) {
    const next = { ...p.values, ...plain(values) }
    for (const [k, v] of Object.entries(values)) if (v === undefined) delete next[k]
    const keys = Object.keys(values)
    problems.value = problems.value.filter((x) => !keys.includes(keyOf(x.path)))
    changed({ values: next })
  }
  function choseCause(c: Cause | undefined) {
    p.cause = c ? plain(c) : undefined
    set({ [causeField()]: c?.code })
  }

  /** Makes the people fit the capacity; after it was chosen, and before people are filled in. */
  function settlePeople() {
    const change = kind.value ? settle(kind.value, p.values, me(), newId) : {}
    if (Object.keys(change).length) set(change)
  }

  async function add(slot: string, picked: readonly File[]) {
    for (const file of picked) {
      const f = await files.add(file)
      clearSlot(slot)
      changed({ lists: { ...p.lists, [slot]: [...(p.lists[slot] ?? []), f.id] } })
    }
  }
  async function takeOut(slot: string, file: string) {
    clearSlot(slot)
    changed({ lists: { ...p.lists, [slot]: (p.lists[slot] ?? []).filter((x) => x !== file) } })
    await files.remove(file)
  }
  function clearSlot(slot: string) {
    problems.value = problems.value.filter((x) => x.path !== `${slotKey()}.${slot}`)
  }
  const hasFile = (slot: string) => (p.lists[slot] ?? []).some((x) => files.all.has(x))
  /** Whether files of a material, or of any, have not arrived yet. */
  const onTheWay = (slot?: string) => Object.entries(p.lists).some(([key, ids]) => (!slot || key === slot) && ids.some((x) => files.all.get(x) && !files.all.get(x)!.attachment))

  /** Keeps what stands here as a new draft, where the court no longer has this one. */
  async function copy(): Promise<string> {
    const to = newId()
    await (await live.kept())?.put('kv', plain({ ...p, base: {}, revision: 0, dirty: true }), keyFor(to))
    await (await live.kept())?.delete('kv', keyFor(id))
    return to
  }

  /** Looks whether another device has gone on meanwhile. */
  async function look() {
    if (!kept.ready.value || p.dirty || clash.value || gone.value || !p.revision) return
    const there = await filings.draft(id).catch((err) => void (codeOf(err) === 'not_found' && (gone.value = true)))
    if (!there || p.dirty || there.revision <= p.revision) return
    problems.value = there.problems
    reconcile(there)
    changed({})
  }

  /** What a step lacks as far as this phone can tell. */
  const lackingHere = (s: FilingStep) => (kind.value ? lacking(s, kind.value, p.values, known.value, hasFile) : [])

  return { id, p, files, forms, kind, known, problems, clash, merged, gone, filed, corrections, verified, refused, ...kept, open, changed, set, choseCause, settlePeople, add, takeOut, hasFile, onTheWay, choose, copy, look, lackingHere }
}

export type FilingInWork = ReturnType<typeof useFiling>
