import { reactive, toRef, watch, type Ref } from 'vue'
import { useLive } from '@/record/live'
import { ask, type KeptText, type Question } from '@/ui/ask'
import type { Drafts } from './drafts'
import { newId } from './item'

/**
 * What is written for an act that is done at once, as a reason: it stays on this phone until the court has it, also where the sheet was closed, the page
 * gone or the network away. Tried again with the same words it is the same act.
 */
class KeptAct implements KeptText {
  private text = ''
  private id = ''
  private drafts?: Drafts
  private readonly live = useLive()

  constructor(
    private readonly caseId: string,
    private readonly act: string,
  ) {}

  async read(): Promise<string> {
    await this.live.kept()
    const kept = await this.live.drafts?.read(this.caseId, `act/${this.act}`)
    this.drafts = this.live.drafts
    if (this.text) this.keep() // it was quicker to write
    else if (kept) {
      this.text = kept.text
      this.id = kept.event ?? ''
    }
    return this.text
  }

  write(text: string) {
    if (text === this.text) return
    this.text = text
    this.id = ''
    this.keep()
  }

  /** The id of the act that sends what is written now. */
  event(): string {
    if (!this.id) {
      this.id = newId()
      this.keep()
    }
    return this.id
  }

  /** The court has it. */
  done() {
    this.text = this.id = ''
    this.keep()
  }

  private keep() {
    const { text, id } = this
    this.drafts?.write(this.caseId, `act/${this.act}`, { text, ...(id ? { event: id } : {}) })
  }
}

/** A form for an act. `open` names the act that it is for; empty where none is open. `filled` is told when what was kept has been filled in. */
export function useKeptForm<T extends object>(caseId: string, open: () => string, blank: () => T, filled = () => {}): { form: T; event: () => string; done: () => void } {
  const form = reactive(blank()) as T
  const text = () => (JSON.stringify(form) === JSON.stringify(blank()) ? '' : JSON.stringify(form))
  let act: KeptAct | undefined
  watch(
    open,
    async (name) => {
      act = undefined
      Object.assign(form, blank())
      if (!name) return
      const now = new KeptAct(caseId, name)
      const kept = await now.read()
      if (open() !== name) return
      if (kept && !text()) Object.assign(form, JSON.parse(kept))
      act = now
      act.write(text())
      filled()
    },
    { immediate: true },
  )
  watch(form, () => act?.write(text()), { deep: true, flush: 'sync' })
  return { form, event: () => act?.event() ?? newId(), done: () => act?.done() }
}

/** Words alone. */
export function useKept(caseId: string, open: () => string): { words: Ref<string>; done: () => void } {
  const { form, done } = useKeptForm(caseId, open, () => ({ words: '' }))
  return { words: toRef(form, 'words'), done }
}

/** Asks for words and sends them under the id of the act. False where the person has changed their mind; then, and where sending fails, the words are there the next time. */
export async function askAndSend(caseId: string, act: string, q: Question & { input: string }, send: (words: string, event: string) => Promise<unknown>): Promise<boolean> {
  const kept = new KeptAct(caseId, act)
  const words = await ask({ ...q, kept })
  if (words === null) return false
  kept.write(words)
  await send(words, kept.event())
  kept.done()
  return true
}
