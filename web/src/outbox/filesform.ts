import { computed, onScopeDispose } from 'vue'
import { useLive } from '@/record/live'
import { sayError } from '@/ui/ask'
import { KeptFiles, type KeptFile } from './kept'
import { useKeptForm } from './words'

/** A form with files for an act: words, files and the act's id stay on this phone until the court has them. `open` names the act; empty where none is open. */
export function useKeptFilesForm<T extends { files: KeptFile[] }>(caseId: string, open: () => string, blank: () => T) {
  const files = new KeptFiles(useLive().kept, () => take(), () => {})
  const { form, event, done } = useKeptForm<T>(caseId, open, blank, () => {
    files.restore(form.files.filter((f) => !files.all.has(f.id))) // what went on while the form was closed is further than what was kept
    take()
  })
  function take() {
    form.files = [...files.all.values()]
  }
  onScopeDispose(() => files.end())
  return {
    form,
    event,
    files,
    waiting: computed(() => form.files.some((f) => !f.attachment)),
    add: async (list: File[]) => {
      for (const f of list) await files.add(f).catch(sayError)
    },
    /** The files as the court is told of them; for when none waits. */
    handed: () => form.files.map((f) => ({ attachment: f.attachment!, ...(f.sha256 ? { sha256: f.sha256 } : {}) })),
    /** The court has it all. */
    done: async () => {
      for (const id of [...files.all.keys()]) await files.remove(id)
      done()
    },
  }
}
