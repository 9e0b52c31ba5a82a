import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue'
import { documents, type CourtDocument, type DocumentDraft, type DocumentKind } from '@/api/documents'
import { codeOf, OFFLINE, passes } from '@/api/errors'
import { newId } from '@/outbox/item'
import { KeptFiles, type KeptFile } from '@/outbox/kept'
import { useLive } from '@/record/live'

/** A document being prepared, as this phone keeps it until the court has it. */
interface Preparation {
  kind: DocumentKind | ''
  title: string
  number: string
  note: string
  recipients: string[]
  /** The act's id, made once: served again it is the same act. */
  event: string
  /** The draft that the court holds, as it was seen. */
  revision: number
  dirty: boolean
  file?: KeptFile
}

const SAVE_MS = 1200
const RETRY_MS = 5000

/** Prepares a document: what is typed is on the phone at once, at the court soon after; the file goes up from where it stopped. */
export function useServing(caseId: string, id: string) {
  const live = useLive()
  const key = `serve.${id}`
  const p = reactive<Preparation>({ kind: '', title: '', number: '', note: '', recipients: [], event: newId(), revision: 0, dirty: false })
  const ready = ref(false)
  const failed = shallowRef<unknown>(null)
  /** The court's last word where it refused. */
  const refused = shallowRef<unknown>(null)
  const savedAt = ref(0)
  let ended = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const files = new KeptFiles(live.kept, () => void keep(), () => changed({}))
  const file = computed<KeptFile | undefined>(() => [...files.all.values()][0])

  async function keep() {
    if (ended) return
    if (file.value) p.file = { ...file.value }
    else delete p.file
    await (await live.kept())?.put('kv', JSON.parse(JSON.stringify(p)), key)
  }

  function adopt(d: DocumentDraft) {
    Object.assign(p, { kind: d.kind, title: d.title, number: d.number ?? '', note: d.note ?? '', recipients: d.recipients, revision: d.revision, dirty: false })
    if (d.file) p.file = { id: newId(), name: d.file_info?.name ?? '', type: 'application/pdf', size: d.file_info?.size ?? 0, kind: 'file', attachment: d.file.attachment, ...(d.file.sha256 ? { sha256: d.file.sha256 } : {}) }
    else delete p.file
    savedAt.value = d.updated_at
  }

  async function open() {
    failed.value = null
    try {
      const here = (await (await live.kept())?.get('kv', key)) as Preparation | undefined
      if (here) Object.assign(p, here)
      const there = here?.dirty ? undefined : await documents.draft(caseId, id).catch((err) => (['not_found', OFFLINE].includes(codeOf(err)) ? undefined : Promise.reject(err)))
      if (there) adopt(there)
      files.restore(p.file ? [p.file] : [])
      ready.value = true
      if (p.dirty) saveSoon()
    } catch (err) {
      failed.value = err
    }
  }

  /** Something was typed or chosen. */
  function changed(c: Partial<Omit<Preparation, 'file'>>) {
    Object.assign(p, c, { dirty: true })
    refused.value = null
    void keep()
    saveSoon()
  }

  function saveSoon(ms = SAVE_MS) {
    clearTimeout(timer)
    timer = setTimeout(() => void save(), ms)
  }

  const input = () => ({
    kind: p.kind, title: p.title.trim(), recipients: [...p.recipients], ...(p.number.trim() ? { number: p.number.trim() } : {}), ...(p.note.trim() ? { note: p.note.trim() } : {}),
    ...(file.value?.attachment ? { file: { attachment: file.value.attachment, ...(file.value.sha256 ? { sha256: file.value.sha256 } : {}) } } : {}),
  })

  async function save() {
    clearTimeout(timer)
    if (ended || !p.dirty) return
    p.dirty = false
    try {
      const d = await documents.saveDraft(caseId, id, { revision: p.revision, ...input() })
      p.revision = d.revision
      savedAt.value = d.updated_at
    } catch (err) {
      p.dirty = true
      if (passes(err)) saveSoon(RETRY_MS)
      else refused.value = err
    }
    if (!ended) void keep()
  }

  async function forget() {
    ended = true
    clearTimeout(timer)
    await files.forget()
    await (await live.kept())?.delete('kv', key)
  }

  async function serve(): Promise<CourtDocument | undefined> {
    clearTimeout(timer)
    try {
      const d = await documents.serve(caseId, { event: p.event, ...input(), draft: id })
      await forget()
      return d
    } catch (err) {
      refused.value = err
      if (p.dirty) saveSoon(RETRY_MS)
      return undefined
    }
  }

  async function discard() {
    await documents.removeDraft(caseId, id).catch((err) => (codeOf(err) === 'not_found' ? undefined : Promise.reject(err)))
    await forget()
  }

  onScopeDispose(() => {
    files.end()
    if (!ended) void save()
    ended = true
    clearTimeout(timer)
  })

  return { p, files, file, ready, failed, refused, savedAt, open, changed, serve, discard }
}
