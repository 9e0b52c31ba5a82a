import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { account } from '@/api/calls'
import { ApiError, codeOf, OFFLINE } from '@/api/errors'
import { whenOtherCapacity, whenSignedOut } from '@/api/rest'
import type { Capacity, Config, Me } from '@/api/types'
import { lang } from '@/i18n'
import { useLive } from '@/record/live'

const KEY = 'microcourt.me'

/** Who was signed in on this phone the last time; the server decides whether that still holds. */
export function remembered(): Me | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') as Me | null
  } catch {
    return null
  }
}

/** Who is signed in on this phone. */
export const useSession = defineStore('session', () => {
  const me = shallowRef<Me | null>(null)
  const config = shallowRef<Config | null>(null)
  const known = ref(false)
  const isStaff = computed(() => !!me.value && me.value.role !== 'person')
  const isAdmin = computed(() => me.value?.role === 'admin')

  let loading: Promise<void> | undefined
  let askedAt = 0

  /** Finds out who is signed in; without a network the phone's own memory has to do. */
  function load(): Promise<void> {
    return (loading ??= find().finally(() => {
      loading = undefined
    }))
  }

  async function find() {
    try {
      enter(await account.me())
    } catch (err) {
      const m = remembered()
      if (codeOf(err) === 'unauthenticated') leave()
      else if (m && ['offline', 'unavailable', 'internal'].includes(codeOf(err))) enter(m)
      else if (codeOf(err) !== OFFLINE) throw err
      else throw new ApiError({ code: OFFLINE })
    } finally {
      known.value = true
    }
  }

  function enter(m: Me) {
    me.value = m
    known.value = true
    localStorage.setItem(KEY, JSON.stringify(m))
    askedAt = Date.now()
    tellLanguage()
    if (m.role !== 'admin') useLive().start(m, leave)
    if (localStorage.getItem('microcourt.push') === m.id) void renewPush(m).catch(() => {}) // the phone tells nothing then; the page says so
  }

  async function renewPush(m: Me) {
    await new Promise((go) => setTimeout(go, 5000)) // after all that the page itself needs
    const { push_key } = await loadConfig()
    if (me.value?.id === m.id) await (await import('./push')).renew(m, push_key)
  }

  /** The court writes to a person in the language chosen on the phone. */
  function tellLanguage() {
    const [m, l] = [me.value, lang()]
    if (!m || m.lang === l) return
    account.language(l).then(() => me.value?.id === m.id && (me.value = { ...me.value, lang: l })).catch(() => {})
  }
  watch(lang, tellLanguage)

  /** Asks the server anew, unless it has said so within the last `within` ms. */
  async function refresh(within = 0) {
    if (Date.now() - askedAt < within) return
    const m = await account.me()
    me.value = m
    localStorage.setItem(KEY, JSON.stringify(m))
  }

  /** Uses this session in the other capacity from now on: its own cases, its own marks. */
  async function switchCapacity(): Promise<Capacity> {
    const to: Capacity = me.value?.capacity === 'representative' ? 'party' : 'representative'
    await account.capacity(to)
    const db = await useLive().kept()
    await Promise.all(['open', 'closed'].map((state) => db?.delete('kv', `cases.${state}`))) // those of the capacity of before
    await refresh()
    return to
  }
  whenOtherCapacity(() => void import('./capacity').then((c) => c.lead()))

  async function loadConfig() {
    if (!config.value) config.value = await account.config()
    return config.value
  }

  function leave() {
    useLive().stop()
    localStorage.removeItem(KEY)
    me.value = null
  }

  async function signOut(everywhere = false) {
    await (everywhere ? account.signOutEverywhere() : account.signOut()).catch((err) => {
      if (codeOf(err) !== 'unauthenticated') throw err
    })
    await import('./push').then((p) => p.endHere()).catch(() => {}) // the court has ended it already
    await useLive().forget()
    leave()
  }

  whenSignedOut(() => {
    if (me.value) leave()
  })

  return { me, config, known, isStaff, isAdmin, load, enter, refresh, loadConfig, leave, signOut, switchCapacity }
})

/** What this device is called in the list of sessions. */
export function deviceName(): string {
  const ua = navigator.userAgent
  const system = /iPhone/.test(ua) ? 'iPhone' : /iPad/.test(ua) ? 'iPad' : /HarmonyOS/.test(ua) ? 'HarmonyOS'
    : /Android/.test(ua) ? 'Android' : /Mac OS/.test(ua) ? 'Mac' : /Windows/.test(ua) ? 'Windows' : 'Linux'
  const browser = /MicroMessenger/.test(ua) ? 'WeChat' : /Edg\//.test(ua) ? 'Edge' : /Firefox\//.test(ua) ? 'Firefox'
    : /Chrome\//.test(ua) ? 'Chrome' : /Safari\//.test(ua) ? 'Safari' : 'Browser'
  return `${system} · ${browser}`
}
