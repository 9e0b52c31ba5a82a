import { computed, reactive, shallowRef, watch } from 'vue'
import { applications, type ApplicationDraft, type ApplicationField, type ApplicationKind, type Values } from '@/api/applications'
import { newId } from '@/outbox/item'
import type { KeptFile } from '@/outbox/kept'
import { draftIfAny, usePreparing } from '@/outbox/preparing'

/** An application being prepared, as this phone keeps it. */
interface Preparation {
  kind: string
  mode: 'template' | 'paper'
  for: string
  /** What was filled in; lists of files stand in `lists`. */
  values: Values
  /** Ids of kept files, by the key of their field; `pages` are those of a paper. */
  lists: Record<string, string[]>
  files: KeptFile[]
  /** The act's id, made once: handed in again it is the same act. */
  event: string
  revision: number
  dirty: boolean
}

export const PAGES = 'pages'

/** Whether a field stands, given what the others hold. */
export function visible(f: ApplicationField, values: Values): boolean {
  return !f.visible_when || values[f.visible_when.field] === f.visible_when.value
}

function filled(v: unknown): boolean {
  if (v === undefined || v === null || v === '' || v === false) return false
  if (Array.isArray(v)) return v.length > 0
  return typeof v !== 'string' || v.trim() !== ''
}

/** Prepares an application: a form that is filled in, or a paper that was photographed. */
export function useApplying(caseId: string, id: string) {
  const p = reactive<Preparation>({ kind: '', mode: 'template', for: '', values: {}, lists: {}, files: [], event: newId(), revision: 0, dirty: false })
  const signed = shallowRef<ApplicationDraft['signed']>()
  const { files, ready, failed, refused, savedAt, changed, forget, ...kept } = usePreparing(
    `apply.${id}`, p, (list) => (p.files = list), (): Promise<ApplicationDraft> => applications.saveDraft(caseId, id, { revision: p.revision, ...body() }),
  )

  function adopt(d: ApplicationDraft, kind: ApplicationKind | undefined) {
    const known = new Map(p.files.map((f) => [f.attachment, f.id]))
    const fileOf = (attachment: string): string => {
      const there = known.get(attachment)
      if (there) return there
      const f = d.files[attachment]
      const file: KeptFile = { id: newId(), name: f?.name ?? '', type: f?.type ?? '', size: f?.size ?? 0, kind: f?.type.startsWith('image/') ? 'image' : 'file', attachment }
      p.files.push(file)
      known.set(attachment, file.id)
      return file.id
    }
    const values = { ...(d.values ?? {}) }
    const lists: Record<string, string[]> = { [PAGES]: (d.pages ?? []).map((x) => fileOf(x.attachment)) }
    for (const f of kind?.fields ?? []) {
      if (f.type !== 'file[]') continue
      lists[f.key] = ((values[f.key] as string[] | undefined) ?? []).map(fileOf)
      delete values[f.key]
    }
    Object.assign(p, { kind: d.kind, mode: d.mode, for: d.for ?? '', values, lists, revision: d.revision, dirty: false })
    savedAt.value = d.updated_at
    signed.value = d.signed
  }

  /** kinds are needed to tell files from other values. */
  const open = (start: string, kinds: (party: string) => Promise<ApplicationKind[]>) =>
    kept.open(async (here) => {
      const there = await draftIfAny(applications.draft(caseId, id))
      if (there && (!here?.dirty || there.revision !== here.revision)) adopt(there, (await kinds(there.for ?? '')).find((k) => k.key === there.kind))
      else if (there) signed.value = there.signed
      if (!p.kind) p.kind = start
      return p.files
    })

  watch(() => p.dirty, (dirty) => dirty && (signed.value = undefined), { flush: 'sync' }) // a change takes the signature away

  const attachments = (ids: readonly string[] | undefined) => (ids ?? []).map((x) => files.all.get(x)?.attachment).filter((x): x is string => !!x)

  function body() {
    const values: Values = {}
    for (const [k, v] of Object.entries(p.values)) if (filled(v)) values[k] = v
    for (const [k, ids] of Object.entries(p.lists)) if (k !== PAGES && attachments(ids).length) values[k] = attachments(ids)
    const pages = attachments(p.lists[PAGES]).map((attachment) => {
      const sha256 = [...files.all.values()].find((f) => f.attachment === attachment)?.sha256
      return { attachment, ...(sha256 ? { sha256 } : {}) }
    })
    return { kind: p.kind, mode: p.mode, ...(p.for ? { for: p.for } : {}), ...(p.mode === 'template' ? { values } : { pages }) }
  }

  async function add(list: string, picked: File[]) {
    for (const file of picked) {
      const f = await files.add(file)
      changed({ lists: { ...p.lists, [list]: [...(p.lists[list] ?? []), f.id] } })
    }
  }
  async function takeOut(list: string, file: string) {
    changed({ lists: { ...p.lists, [list]: (p.lists[list] ?? []).filter((x) => x !== file) } })
    await files.remove(file)
  }

  /** Where something is lacking: keys of fields, or `pages`. */
  function lacking(kind: ApplicationKind): string[] {
    if (p.mode === 'paper') return attachments(p.lists[PAGES]).length ? [] : [PAGES]
    return kind.fields.filter((f) => f.required && visible(f, p.values) && !(f.type === 'file[]' ? p.lists[f.key]?.length : filled(p.values[f.key]))).map((f) => f.key)
  }
  const waiting = computed(() => Object.values(p.lists).flat().some((x) => !files.all.get(x)?.attachment))

  return { p, files, ready, failed, refused, savedAt, signed, waiting, open, changed, save: () => kept.save(true), add, takeOut, lacking, forget }
}
