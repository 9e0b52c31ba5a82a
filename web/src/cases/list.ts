import { onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { cases, type CaseQuery } from '@/api/calls'
import { codeOf, OFFLINE } from '@/api/errors'
import type { CaseCard } from '@/api/types'
import { useLive } from '@/record/live'

const REFETCH_MS = 1500

/** My cases as the page asks for them, kept fresh by what the socket tells. */
export function useCaseList() {
  const live = useLive()
  const query = reactive<Required<Pick<CaseQuery, 'q' | 'state' | 'sort'>>>({ q: '', state: 'open', sort: 'active' })
  const list = shallowRef<CaseCard[]>()
  const next = ref('')
  const failed = shallowRef<unknown>(null)
  const loading = ref(false)
  /** What is shown comes from the phone's memory. */
  const stale = ref(false)
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const plain = () => !query.q && query.sort === 'active'
  const key = () => `cases.${query.state}`

  async function load(quiet = false) {
    const mine = ++turn
    loading.value = !quiet
    try {
      const page = await cases.list({ ...query, limit: Math.max(50, quiet ? (list.value?.length ?? 0) : 0) })
      if (mine !== turn) return
      list.value = page.cases ?? []
      next.value = page.next
      failed.value = null
      stale.value = false
      if (plain()) void remember(key(), list.value).catch(() => {})
    } catch (err) {
      if (mine !== turn) return
      const kept = codeOf(err) === OFFLINE && plain() && !list.value?.length
        ? ((await (await live.kept())?.get('kv', key()).catch(() => undefined)) as CaseCard[] | undefined)
        : undefined
      if (kept) list.value = kept
      if (list.value && codeOf(err) === OFFLINE) stale.value = true
      else if (!quiet) failed.value = err
    } finally {
      if (mine === turn) loading.value = false
    }
  }

  async function remember(as: string, list: CaseCard[]) {
    await (await live.kept())?.put('kv', JSON.parse(JSON.stringify(list)), as)
  }

  async function more() {
    if (!next.value || loading.value) return
    const mine = turn
    loading.value = true
    try {
      const page = await cases.list({ ...query, cursor: next.value, limit: 50 })
      if (mine !== turn) return
      list.value = [...(list.value ?? []), ...(page.cases ?? [])]
      next.value = page.next
    } catch {
      // The button stays and can be pressed again.
    } finally {
      loading.value = false
    }
  }

  function later() {
    timer ??= setTimeout(() => {
      timer = undefined
      void load(true)
    }, REFETCH_MS)
  }

  const stopListening = live.listen((f) => {
    if (f.t === 'cases') later()
    if (f.t === 'mark') later()
    if (f.t !== 'head') return
    // The mark shows at once; the exact number follows from the server.
    const card = list.value?.find((c) => c.id === f.case)
    if (card) list.value = list.value!.map((c) => (c === card ? { ...c, active_at: Math.max(c.active_at, f.at) } : c))
    later()
  })

  let typing: ReturnType<typeof setTimeout> | undefined
  watch(
    () => query.q,
    () => {
      clearTimeout(typing)
      typing = setTimeout(() => void load(), 250)
    },
  )
  watch([() => query.state, () => query.sort], () => {
    list.value = undefined
    void load()
  })
  onScopeDispose(() => {
    stopListening()
    clearTimeout(timer)
    clearTimeout(typing)
  })

  return { query, list, next, failed, loading, stale, load, more }
}
