import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import videos from '@/account/videos.json'

const web = join(__dirname, '..')
const help = join(web, 'public/help')
const names = Object.keys(videos) as (keyof typeof videos)[]
const seconds = (time: string) => time.split(':').reduce((s, part) => s * 60 + Number(part), 0)

describe('the videos of the page of help', () => {
  it('answer questions that stand there', () => {
    const page = readFileSync(join(web, 'src/account/Help.vue'), 'utf8')
    expect(names.filter((n) => !page.includes(`'${n}'`))).toEqual([])
    expect(names.length).toBeGreaterThanOrEqual(8)
  })

  it('are there with captions in both languages, as small as the page says, and nothing else is', () => {
    expect(readdirSync(help).sort()).toEqual(names.flatMap((n) => [`${n}.webm`, `${n}.zh.vtt`, `${n}.en.vtt`]).sort())
    let all = 0
    for (const n of names) {
      const { size } = statSync(join(help, `${n}.webm`))
      expect([n, size]).toEqual([n, videos[n].bytes])
      expect([n, size > 10_000 && size <= 350_000]).toEqual([n, true])
      all += size
    }
    expect(all).toBeLessThanOrEqual(2_500_000)
  })

  it('have a line for every step, from the first picture to the last', () => {
    for (const n of names) {
      const cues = ['zh', 'en'].map((l) => {
        const text = readFileSync(join(help, `${n}.${l}.vtt`), 'utf8')
        expect(text.startsWith('WEBVTT\n')).toBe(true)
        return [...text.matchAll(/^(\d\d:\d\d\.\d{3}) --> (\d\d:\d\d\.\d{3}).*\n(.+)\n/gm)].map(([, from, to]) => [seconds(from!), seconds(to!)] as const)
      })
      expect([n, cues[0]]).toEqual([n, cues[1]])
      const [lines] = cues
      expect(lines!.length).toBeGreaterThanOrEqual(4)
      lines!.forEach(([from, to], i) => expect([n, i, from < to, from]).toEqual([n, i, true, lines![i - 1]?.[1] ?? 0]))
      expect([n, Math.round(lines!.at(-1)![1])]).toEqual([n, videos[n].seconds])
    }
  })

  it('are kept by no service worker', () => {
    const [, globs] = /globPatterns: \[(.*)\]/.exec(readFileSync(join(web, 'vite.config.ts'), 'utf8'))!
    expect(globs).toMatch(/js,css/)
    expect(globs).not.toMatch(/\bwebm\b|\bvtt\b|\*'/)
    const built = join(web, 'dist/sw.js')
    if (existsSync(built)) expect(readFileSync(built, 'utf8')).not.toMatch(/help\/\w+\.(webm|\w+\.vtt)/)
  })
})
