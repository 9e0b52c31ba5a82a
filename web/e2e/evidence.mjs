import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { court, people, quietCase, stage } from './court.mjs'
import { Person } from './person.mjs'
import { Client } from './rest.mjs'
import { expect, launch, launchPhone, phone, play, same, step, until } from './run.mjs'

const MiB = 1 << 20
const folder = process.argv[2]
const photos = readdirSync(folder).sort().map((name) => join(folder, name))
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
const SHOTS = 2
const all = photos.length + SHOTS + 1
const patience = 180_000

play(async () => {
  const [gate] = stage.gates
  const bytes = readFileSync(photos[0]).length
  console.log(`    ${photos.length} photographs of ${(bytes / 1e6).toFixed(1)} MB, ${SHOTS} by the camera, and a PDF`)
  const home = join(stage.temp, 'phone')
  const options = { ...phone, permissions: ['camera'] }
  const plaintiff = new Person(people.plaintiff, await launchPhone(home, options), gate)
  const reads = await Client.signIn(stage.nodes[1], people.defendant)
  const caseId = await reads.caseId(quietCase.docket)
  await reads.accept(caseId)
  const path = `/cases/${caseId}/evidence`
  const arrived = async () => Number(/已传完 (\d+) 页|(\d+) 页都已传完/.exec(await plaintiff.text())?.slice(1).find(Boolean) ?? 0)
  const offline = async (yes) => {
    await (yes ? court.silence(0) : court.open(0))
    await plaintiff.context.setOffline(yes)
  }

  const drawn = (page) => until('the paper is drawn', () => page.locator('.pdf__page canvas').first().evaluate((c) => c.width > 0), patience)

  await plaintiff.openPage('/')
  await plaintiff.signIn()
  await plaintiff.openCase(quietCase)
  await plaintiff.acceptNotice()
  let draft = ''

  await step('a party photographs pages and picks others; each travels as it is, while the form is filled in', async () => {
    const { page } = plaintiff
    await plaintiff.plusTo('提交证据', 'evidence')
    await page.getByRole('button', { name: '提交证据' }).click()
    await page.getByLabel('证据名称').waitFor()
    draft = new URL(page.url()).pathname
    await court.limit(0, bytes < 3 * MiB ? 1.5 * MiB : 12 * MiB)
    await page.getByRole('button', { name: '连续拍照' }).click()
    for (let n = 1; n <= SHOTS; n++) {
      await until('the camera shows something', () => page.locator('.camera__stage video').evaluate((v) => v.videoWidth > 0))
      await page.getByRole('button', { name: '拍一页' }).click()
      await page.getByText(`已拍 ${n} 页`).waitFor()
    }
    await page.getByRole('button', { name: '拍好了' }).click()
    let stand = SHOTS // counted by what was given, for a page that is still being kept has no tile yet
    for (const [what, files] of [['相册', photos], ['PDF、音视频', [stage.files.pdf]]]) {
      stand += files.length
      const chooser = page.waitForEvent('filechooser')
      await page.getByText(what, { exact: true }).click()
      await (await chooser).setFiles(files)
      await until('they stand in the form', async () => (await page.locator('.tile').count()) === stand, patience)
    }
    await page.getByLabel('证据名称').fill('房屋租赁合同')
    await page.getByLabel('证据种类').selectOption('documentary')
    await page.getByLabel('要证明什么').fill('双方约定退租时退还押金')
    await until('some pages have arrived', async () => (await arrived()) >= 2, patience)
  })

  await step('the network is lost: it is said, and the form goes on', async () => {
    await offline(true)
    const { page } = plaintiff
    await page.getByText('没有网络，照片都在手机里').waitFor()
    await page.getByLabel('证据来源').fill('签约时双方各执一份')
    expect('not everything has arrived yet', (await arrived()) < all)
    await page.locator('.tile__open').nth(all - 1).click()
    await page.getByRole('button', { name: '向右转' }).click()
    await page.getByRole('button', { name: '移到最前' }).click()
    await until('the last page is the first now', async () => page.locator('.tile__n').first().isVisible())
  })

  await step('the phone is closed without a network; opened again with one, everything is there and goes on', async () => {
    await plaintiff.context.close()
    await offline(false).catch(() => court.open(0))
    plaintiff.context = await launchPhone(home, options)
    await plaintiff.openPage(path)
    const { page } = plaintiff
    await page.locator('.evidence__draft').click()
    await page.waitForURL(`**${draft}`)
    await page.getByLabel('证据来源').waitFor()
    same('what was written', await page.getByLabel('证据来源').inputValue(), '签约时双方各执一份')
    same('pages', await page.locator('.tile').count(), all)
  })

  await step('submitted while pages are still on their way, and the network lost once more: it completes by itself', async () => {
    const { page } = plaintiff
    await page.getByRole('button', { name: '下一步：核对' }).click()
    await page.getByText('点击“提交”，即表示您确认').waitFor()
    await page.getByRole('button', { name: '提交', exact: true }).click()
    await page.getByRole('heading', { name: '正在提交' }).waitFor()
    await offline(true)
    await page.getByText('现在没有网络').waitFor()
    await court.limit(0, 0)
    await offline(false)
    await page.getByRole('heading', { name: '证据已提交' }).waitFor({ timeout: patience })
    await page.getByText('原告证据1').waitFor()
    await page.getByRole('button', { name: '查看证据收据' }).click()
    await page.getByText('第六十九条').waitFor()
    await page.getByRole('button', { name: '打开 PDF 收据' }).click()
    await drawn(page)
  })

  let exhibit
  await step('the court has every page once, in its order, byte for byte', async () => {
    const { exhibits } = await reads.call('GET', `/cases/${caseId}/evidence`)
    same('exhibits', exhibits.length, 1)
    exhibit = await reads.call('GET', `/cases/${caseId}/exhibits/${exhibits[0].id}`)
    same('pages', exhibit.pages.length, all)
    const want = [stage.files.pdf, ...Array(SHOTS).fill(''), ...photos]
    same('how the pages are turned', exhibit.pages.map((p) => p.turn ?? 0), [90, ...Array(all - 1).fill(0)])
    for (const [i, p] of exhibit.pages.entries()) {
      const stored = sha256(Buffer.from(await (await reads.raw('GET', `/attachments/${p.attachment}`)).arrayBuffer()))
      same(`the hash of page ${i + 1}`, p.sha256, stored)
      if (want[i]) same(`page ${i + 1}`, stored, sha256(readFileSync(want[i])))
    }
    const kept = await plaintiff.page.evaluate(async () => {
      const me = JSON.parse(localStorage.getItem('microcourt.me')).id
      const db = await new Promise((done) => (indexedDB.open(`microcourt.${me}`).onsuccess = (e) => done(e.target.result)))
      const n = await new Promise((done) => (db.transaction('blobs').objectStore('blobs').count().onsuccess = (e) => done(e.target.result)))
      db.close()
      return n
    })
    same('files still on the phone', kept, 0)
  })

  const browser = await launch()
  const [defendant, third] = [await Person.with(browser, people.defendant, gate), await Person.with(browser, people.third, stage.gates[1])]
  const judge = await Person.with(browser, people.judge, gate, { viewport: { width: 1280, height: 800 }, isMobile: false, hasTouch: false })
  await Promise.all([defendant.signIn(), third.signIn(), judge.signIn()])
  await third.openCase(quietCase)
  await third.acceptNotice()

  await step('the judge opens the exchange; the room and the list say until when', async () => {
    const { page } = judge
    await page.goto(judge.base + path)
    await page.getByRole('button', { name: '组织质证' }).click()
    await page.getByRole('button', { name: '开始质证' }).click()
    await page.getByRole('dialog').locator('button[type=submit]').click()
    await page.getByText('正在质证').waitFor()
    await third.page.getByText('法院开始质证').waitFor()
    await defendant.page.goto(defendant.base + path)
    await defendant.page.getByText(/距结束还有 \d+ 天/).waitFor()
  })

  const opine = async (person, fill) => {
    await person.page.goto(`${person.base}/cases/${caseId}/exhibits/${exhibit.id}`)
    await person.page.getByRole('button', { name: /(发表|修改)质证意见/ }).click()
    await person.page.getByText('提出异议').waitFor()
    await fill(person.page)
    await person.page.getByRole('button', { name: '提交意见' }).click()
  }

  await step('the other party objects, with a picture; the objection is on unless it is switched off', async () => {
    await opine(defendant, async (page) => {
      await page.getByRole('button', { name: '提交意见' }).click()
      await page.getByText('有异议时，请写明理由').waitFor()
      await page.getByLabel('总的意见').fill('末页的签名不是我所签。')
      const chooser = page.waitForEvent('filechooser')
      await page.getByText('添加图片').click()
      await (await chooser).setFiles(stage.files.image)
      await page.locator('.tile').waitFor()
    })
    const { page } = defendant
    await page.getByText('质证意见已提交').waitFor()
    const opinion = page.locator('article.opinion').filter({ hasText: people.defendant.name })
    await opinion.getByText('末页的签名不是我所签。').waitFor()
    same('pictures of the opinion', await opinion.locator('.opinion__images img').count(), 1)
    await third.page.getByText(/孙丽对原告证据1的质证意见/).waitFor()
  })

  await step('an opinion can be changed while the exchange is open, and what was said before stays', async () => {
    await opine(defendant, async (page) => {
      await page.getByRole('switch', { name: '提出异议' }).click()
      await page.getByText('我对这份证据没有异议').waitFor()
    })
    const { page } = defendant
    const opinion = page.locator('article.opinion').filter({ hasText: people.defendant.name })
    await opinion.locator('header').getByText('无异议').waitFor()
    await opinion.locator('details summary').click()
    await opinion.getByText('末页的签名不是我所签。').last().waitFor()
  })

  await step('the table says who has not answered', async () => {
    const { page } = judge
    await page.getByRole('button', { name: '一览表' }).click()
    await page.getByText('还缺 1 份意见').waitFor()
    const cells = async () => (await page.locator('.matrix tbody tr').first().locator('td').allInnerTexts()).map((c) => c.trim())
    await until('the change has come to the judge', async () => (await cells())[1] === '无异议')
    same('the row of the exhibit', await cells(), ['举证方', '无异议', '未质证', '原件未核对'])
    same('its columns', await page.locator('.matrix thead th').allInnerTexts(), ['证据', '原告', '被告', '第三人', '核对与认定'])
  })

  await step('the judge closes the exchange; an opinion after that is refused in plain words, and what was written stays', async () => {
    const { page: late } = third
    await late.goto(`${third.base}/cases/${caseId}/exhibits/${exhibit.id}/opinion`)
    await late.getByLabel('总的意见').fill('我方不知情，请法院核实。')
    const { page } = judge
    await page.getByRole('button', { name: '组织质证' }).click()
    await page.getByRole('button', { name: '结束质证' }).click()
    await page.getByText(`还没有发表意见的：第三人 ${people.third.name}`).waitFor()
    await page.getByRole('dialog').locator('button[type=submit]').click()
    await page.getByText('质证已结束').first().waitFor()
    await late.getByRole('button', { name: '提交意见' }).click()
    await late.getByRole('alert').filter({ hasText: '没有提交成功' }).waitFor()
    const { text } = JSON.parse(await (await reads.raw('POST', `/cases/${caseId}/exhibits/${exhibit.id}/opinions`, { event: crypto.randomUUID(), authenticity: { objection: false }, legality: { objection: false }, relevance: { objection: false } }, { 'Accept-Language': 'zh' })).text())
    await late.getByRole('alert').getByText(text).waitFor()
    same('what was written', await late.getByLabel('总的意见').inputValue(), '我方不知情，请法院核实。')
    await late.goto(`${third.base}/cases/${caseId}/exhibits/${exhibit.id}`)
    await late.getByText('质证已经结束，不能再发表意见').waitFor()
  })

  await step('the court marks the original and rules; anybody can have the files checked', async () => {
    const { page } = judge
    await page.locator('.matrix tbody a').first().click()
    await page.getByRole('button', { name: '记录原件核对' }).click()
    await page.getByRole('radio', { name: '与原件一致' }).click()
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已记录').waitFor()
    await page.getByRole('button', { name: '认定证据' }).click()
    await page.getByLabel('认定的理由').fill('与原件一致，予以采信。')
    await page.getByRole('dialog').filter({ hasText: '认定的理由' }).locator('button[type=submit]').click()
    await page.getByText('法院认定', { exact: true }).waitFor()
    await third.page.getByRole('button', { name: /校验是否被改动/ }).click()
    await third.page.getByText('一致：与提交时完全相同').waitFor({ timeout: patience })
    await third.page.goto(`${third.base}/cases/${caseId}`)
    await third.page.getByText('法院认定原告证据1').waitFor()
  })

  await step('the court asks for the reader\'s name over the evidence; pictures come with it, and the page lays it over the rest', async () => {
    const { page } = judge
    await page.goto(judge.base + path)
    await page.getByRole('button', { name: '组织质证' }).click()
    await page.getByRole('button', { name: '证据水印' }).click()
    await page.getByRole('button', { name: '启用水印' }).click()
    await page.getByText('证据水印已启用').waitFor()
    const { page: reader } = third
    await reader.getByText('法院启用证据水印').waitFor()
    await reader.goto(`${third.base}/cases/${caseId}/exhibits/${exhibit.id}`)
    await reader.locator('.strip button').first().click()
    await drawn(reader)
    await reader.locator('.watermark').getByText(people.third.name).first().waitFor()
    await reader.getByRole('button', { name: '下一页' }).click()
    await reader.locator('.viewer__stage > img').waitFor()
    await until('the picture bears the name itself', async () => (await reader.locator('.watermark').count()) === 0)
    await reader.getByRole('button', { name: '关闭' }).first().click()
    await reader.goto(third.base + path)
    await reader.getByRole('button', { name: /^证据目录/ }).click()
    await drawn(reader)
  })

  await step('one changed byte of one page shows as not identical, and which page it is', async () => {
    await court.damage(exhibit.pages[1].sha256)
    const { page } = defendant
    await page.goto(`${defendant.base}/cases/${caseId}/exhibits/${exhibit.id}`)
    await page.getByRole('button', { name: /校验是否被改动/ }).click()
    await page.getByText('不一致：第 2 页').waitFor({ timeout: patience })
  })

  for (const p of [plaintiff, defendant, third, judge]) same(`faults of the page of ${p.who.name}`, p.faults, [])
})
