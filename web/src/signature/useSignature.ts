import { onMounted, ref, shallowRef } from 'vue'
import { signature, type Signature } from '@/api/applications'
import { codeOf } from '@/api/errors'
import { sayError } from '@/ui/ask'

/** My signature on file: undefined until it is known, null where none was drawn yet. */
export function useSignature() {
  const s = shallowRef<Signature | null>()
  const failed = shallowRef<unknown>(null)
  const drawing = ref(false)
  const busy = ref(false)

  async function load() {
    failed.value = null
    try {
      s.value = await signature.read()
    } catch (err) {
      if (codeOf(err) === 'signature_needed') s.value = null
      else failed.value = err
    }
  }
  onMounted(load)

  /** Keeps what was drawn, if anything was, and then does what the signature is for. */
  async function use(image: string | undefined, then: () => Promise<unknown>) {
    busy.value = true
    try {
      if (image) s.value = await signature.keep(image)
      drawing.value = false
      await then()
    } catch (err) {
      sayError(err)
    } finally {
      busy.value = false
    }
  }
  return { s, failed, drawing, busy, load, use }
}
