import { ref, watch, type Ref } from 'vue'
import { useLive } from '@/record/live'

/**
 * Words that belong to an act which is done at once, as a reason: what was written stays on this phone until the court has it, also where
 * the sheet was closed or the network was gone. `open` names the act that they are for; empty where none is open.
 */
export function useKept(caseId: string, open: () => string): { words: Ref<string>; done: () => void } {
  const live = useLive()
  const words = ref('')
  let act = '' // whose words they are
  const keep = (text: string) => act && live.drafts?.write(caseId, `act/${act}`, { text })
  watch(open, async (now) => {
    act = ''
    words.value = ''
    if (!now) return
    const kept = await live.drafts?.read(caseId, `act/${now}`)
    if (open() !== now) return
    act = now
    words.value ||= kept?.text ?? ''
  })
  watch(words, keep, { flush: 'sync' })
  return { words, done: () => void keep('') }
}
