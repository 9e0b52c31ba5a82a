import { computed, reactive } from 'vue'
import { documents, type CourtDocument, type DocumentDraft, type DocumentKind } from '@/api/documents'
import { codeOf } from '@/api/errors'
import { newId } from '@/outbox/item'
import type { KeptFile } from '@/outbox/kept'
import { draftIfAny, usePreparing } from '@/outbox/preparing'

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

/** Prepares a document that the court will serve. */
export function useServing(caseId: string, id: string) {
  const p = reactive<Preparation>({ kind: '', title: '', number: '', note: '', recipients: [], event: newId(), revision: 0, dirty: false })
  const { files, ready, failed, refused, savedAt, changed, hold, saveSoon, forget, ...kept } = usePreparing(
    `serve.${id}`, p, take, (): Promise<DocumentDraft> => documents.saveDraft(caseId, id, { revision: p.revision, ...input() }),
  )
  const file = computed<KeptFile | undefined>(() => [...files.all.values()][0])

  function take([first]: KeptFile[]) {
    if (first) p.file = { ...first }
    else delete p.file
  }

  function adopt(d: DocumentDraft) {
    Object.assign(p, { kind: d.kind, title: d.title, number: d.number ?? '', note: d.note ?? '', recipients: d.recipients, revision: d.revision, dirty: false })
    if (d.file) p.file = { id: newId(), name: d.file_info?.name ?? '', type: 'application/pdf', size: d.file_info?.size ?? 0, kind: 'file', attachment: d.file.attachment, ...(d.file.sha256 ? { sha256: d.file.sha256 } : {}) }
    else delete p.file
    savedAt.value = d.updated_at
  }

  const open = () =>
    kept.open(async (here) => {
      const there = here?.dirty ? undefined : await draftIfAny(documents.draft(caseId, id))
      if (there) adopt(there)
      return p.file ? [p.file] : []
    })

  const input = () => ({
    kind: p.kind, title: p.title.trim(), recipients: [...p.recipients], ...(p.number.trim() ? { number: p.number.trim() } : {}), ...(p.note.trim() ? { note: p.note.trim() } : {}),
    ...(file.value?.attachment ? { file: { attachment: file.value.attachment, ...(file.value.sha256 ? { sha256: file.value.sha256 } : {}) } } : {}),
  })

  async function serve(): Promise<CourtDocument | undefined> {
    hold()
    try {
      const d = await documents.serve(caseId, { event: p.event, ...input(), draft: id })
      await forget()
      return d
    } catch (err) {
      refused.value = err
      if (p.dirty) saveSoon()
      return undefined
    }
  }

  async function discard() {
    await documents.removeDraft(caseId, id).catch((err) => (codeOf(err) === 'not_found' ? undefined : Promise.reject(err)))
    await forget()
  }

  return { p, files, file, ready, failed, refused, savedAt, open, changed, serve, discard }
}
