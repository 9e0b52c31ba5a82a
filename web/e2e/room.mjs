import { readFileSync } from 'node:fs'
import { court, marker, people, quietCase, stage } from './court.mjs'
import { Person } from './person.mjs'
import { expect, launch, play, same, step, until } from './run.mjs'

play(async () => {
  const browser = await launch()
  const [first, second] = stage.gates
  const judge = await Person.with(browser, people.judge, first)
  const clerk = await Person.with(browser, people.clerk, second)
  const plaintiff = await Person.with(browser, people.plaintiff, first)
  const defendant = await Person.with(browser, people.defendant, second, {
    permissions: ['geolocation'],
    geolocation: { latitude: 29.868336, longitude: 121.54399, accuracy: 20 },
  })
  const all = [judge, clerk, plaintiff, defendant]
  const others = (...but) => all.filter((p) => !but.includes(p))

  await step('each signs in through the pages', async () => {
    await Promise.all(all.map((p) => p.signIn()))
  })

  await step('the first entry needs the notice read and accepted; the server enforces it', async () => {
    await Promise.all([judge, clerk].map((p) => p.openCase(quietCase).then(() => p.inRoom())))
    await plaintiff.openCase(quietCase)
    await plaintiff.page.waitForURL(/\/notice$/)
    const refused = await plaintiff.page.evaluate(async () => {
      const id = location.pathname.split('/')[2]
      const body = JSON.stringify({ thread: 'room', event: crypto.randomUUID(), kind: 'text', body: { text: 'x' } })
      const res = await fetch(`/api/v1/cases/${id}/events`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
      return (await res.json()).code
    })
    same('writing before the notice is accepted', refused, 'notice_required')
    await plaintiff.acceptNotice()
    await defendant.openCase(quietCase)
    await defendant.acceptNotice()
    await judge.page.getByText('孙丽已阅读并确认告知书').waitFor()
  })

  await step('everybody sees who is present', async () => {
    await Promise.all(all.map((p) => p.page.getByRole('button', { name: '参与人，4 人在场' }).waitFor()))
  })

  const greeting = `${marker}：我是原告`
  await step('a text is seen by all, on both nodes', async () => {
    await plaintiff.say(greeting)
    await Promise.all(all.map((p) => p.sees(greeting)))
  })

  await step('a quote names what it answers', async () => {
    await judge.menu(greeting)
    await judge.page.getByRole('button', { name: '引用' }).click()
    await judge.say(`${marker}：请说明租期`)
    for (const p of all) {
      await p.sees('请说明租期')
      expect('the quote stands above the answer', (await p.row('请说明租期').locator('.quote').innerText()).includes('我是原告'))
    }
  })

  await step('a picture is seen by all', async () => {
    await defendant.pick('相册', stage.files.image)
    for (const p of all) {
      const img = p.page.locator('article.row:not(.pending) .body-image img').first()
      await until(`${p.who.name} sees the picture`, () => img.evaluate((i) => i.complete && i.naturalWidth > 0))
    }
  })

  await step('a voice message is heard by all', async () => {
    await plaintiff.speak()
    for (const p of others(plaintiff)) {
      await p.page.getByRole('button', { name: '播放语音' }).click()
      await p.page.getByRole('button', { name: '暂停' }).waitFor()
    }
  })

  await step('a video plays for all', async () => {
    await plaintiff.pick('相册', stage.files.video)
    for (const p of others(plaintiff)) {
      await p.page.getByRole('button', { name: '播放视频' }).click()
      await until(`${p.who.name} sees the video`, () => p.page.locator('video').evaluate((v) => v.videoWidth === 320))
    }
  })

  await step('a file arrives as it was sent', async () => {
    await defendant.pick('文件', stage.files.pdf)
    const link = judge.page.getByRole('link', { name: '租赁合同.pdf' })
    await link.waitFor()
    const got = await link.evaluate(async (a) => [...new Uint8Array(await (await fetch(a.href)).arrayBuffer())])
    expect('the bytes are the same', Buffer.from(got).equals(readFileSync(stage.files.pdf)))
    await Promise.all(all.map((p) => p.page.getByRole('link', { name: '租赁合同.pdf' }).waitFor()))
  })

  await step('a location is sent after asking, and opens map apps', async () => {
    await defendant.plus()
    await defendant.page.getByRole('button', { name: '发送位置' }).click()
    await defendant.page.getByRole('button', { name: '使用当前位置' }).click()
    await defendant.page.getByLabel('地点名称').fill('城南法庭门口')
    await defendant.page.locator('.sheet__actions').getByRole('button', { name: /发送/ }).click()
    await Promise.all(all.map((p) => p.sees('城南法庭门口')))
    await judge.row('城南法庭门口').getByRole('button', { name: /在地图中查看/ }).click()
    const amap = judge.page.getByRole('link', { name: '高德地图' })
    await amap.waitFor()
    expect('the coordinates were converted for a map in China', !(await amap.getAttribute('href')).includes('29.868336'))
    await judge.page.getByRole('dialog').getByRole('button', { name: '关闭' }).click()
  })

  const toBench = `${marker}：底价十万，请保密`
  const toClerk = `${marker}：请问开庭那天停车方便吗`
  await step('a private message to the bench is seen by its judge, marked 私信, and by nobody else', async () => {
    await plaintiff.plus()
    await plaintiff.page.getByRole('button', { name: '联系各方' }).click()
    await plaintiff.page.locator('a[href$="/with/bench"]').click()
    await plaintiff.page.getByText('只有您和本案法官').waitFor()
    await plaintiff.say(toBench, plaintiff.privateBox())
    await plaintiff.sees(toBench)
    await judge.sees(toBench)
    expect('it is marked', (await judge.row(toBench).locator('.tag--red').innerText()) === '私信')
    await plaintiff.back()
    await plaintiff.back()
    await plaintiff.inRoom()
    await plaintiff.sees(toBench)
  })

  await step('a private message to a participant is seen by that one, and by nobody else', async () => {
    await defendant.page.getByRole('button', { name: /^参与人/ }).click()
    await defendant.page.getByRole('dialog').getByRole('button', { name: /孙悦/ }).click()
    await defendant.say(toClerk, defendant.privateBox())
    await clerk.sees(toClerk)
    expect('it is marked', (await clerk.row(toClerk).locator('.tag--red').innerText()) === '私信')
    await defendant.back()
    await defendant.inRoom()
    // What is said in the room after it has come to everybody: so would have the private ones.
    await judge.say(`${marker}：双方还有补充吗`)
    await Promise.all(all.map((p) => p.sees('双方还有补充吗')))
    for (const [text, outsiders] of [[toBench, others(plaintiff, judge)], [toClerk, others(defendant, clerk)]]) {
      for (const p of outsiders) {
        expect(`nothing of it on the page of ${p.who.name}`, !(await p.page.content()).includes(text))
        expect(`nothing of it came to ${p.who.name}`, !p.heard.some((frame) => frame.includes(text)))
      }
    }
    for (const p of others(plaintiff, judge)) expect(`${p.who.name} got no frame of the thread`, !p.heard.some((f) => f.includes('"bench/')))
  })

  await step('what is recalled is gone for all, and said to be', async () => {
    await plaintiff.say(`${marker}：发错了的话`)
    await Promise.all(all.map((p) => p.sees('发错了的话')))
    await plaintiff.menu('发错了的话')
    await plaintiff.page.getByRole('button', { name: /^撤回/ }).click()
    await plaintiff.page.getByRole('dialog').getByRole('button', { name: '撤回', exact: true }).click()
    for (const p of others(plaintiff)) {
      await p.page.getByText('周涛撤回了一条消息').waitFor()
      same('rows of the recalled message', await p.row('发错了的话').count(), 0)
    }
  })

  await step('the judge hides a message, and the reason is said', async () => {
    await defendant.say(`${marker}：不当的话`)
    await judge.sees('不当的话')
    await judge.menu('不当的话')
    await judge.page.getByRole('button', { name: '屏蔽这条消息' }).click()
    const asked = judge.page.getByRole('dialog').filter({ hasText: '理由' })
    await asked.getByRole('textbox').fill('与本案无关')
    await asked.getByRole('button', { name: '屏蔽这条消息' }).click()
    for (const p of others(judge)) {
      await p.page.getByText('理由：与本案无关').waitFor()
      same('rows of the hidden message', await p.row('不当的话').count(), 0)
    }
  })

  await step('the author sees who has read', async () => {
    await judge.say(`${marker}：请都确认看到`)
    await judge.row('请都确认看到').getByRole('button', { name: '3 人已读' }).waitFor()
    await judge.row('请都确认看到').getByRole('button', { name: '3 人已读' }).click()
    const sheet = judge.page.getByRole('dialog').filter({ hasText: '谁已读' })
    for (const name of ['孙悦', '周涛', '孙丽']) await sheet.getByText(name, { exact: true }).waitFor()
    await sheet.getByRole('button', { name: '关闭' }).click()
  })

  await step('a reload keeps everything', async () => {
    for (const p of all) {
      const before = await p.record()
      expect('there is a record', before.length > 10)
      await p.page.reload()
      await p.inRoom()
      await until(`${p.who.name} sees after a reload what was there before: ${before}`, async () => String(await p.record()) === String(before))
    }
  })

  await step('searching finds what is one’s own to see, and leads there', async () => {
    const search = async (p, q) => {
      await p.page.getByRole('link', { name: '搜索记录' }).click()
      await p.page.getByRole('searchbox').fill(q)
    }
    await search(clerk, '底价')
    await clerk.page.getByText('没有找到').waitFor()
    await clerk.back()
    await search(plaintiff, '底价')
    await plaintiff.page.getByRole('link', { name: /底价/ }).waitFor()
    await plaintiff.page.getByRole('searchbox').fill('租赁合同')
    await plaintiff.page.getByRole('link', { name: /租赁合同\.pdf/ }).click()
    await plaintiff.inRoom()
    await plaintiff.page.locator('.row--marked').filter({ hasText: '租赁合同.pdf' }).waitFor()
  })

  await step('who leaves is no longer present', async () => {
    await clerk.inRoom()
    await judge.back()
    await judge.page.getByRole('heading', { name: '我的案件' }).waitFor()
    await clerk.page.getByRole('button', { name: '参与人，3 人在场' }).waitFor()
  })

  await step('unread marks in the list of cases are live', async () => {
    const card = judge.page.getByRole('link', { name: quietCase.docket })
    await plaintiff.say(`${marker}：补充一点`)
    await card.getByLabel('1 条未读消息').waitFor()
    await defendant.say(`${marker}：也补充一点`)
    await card.getByLabel('2 条未读消息').waitFor()
    await plaintiff.plus()
    await plaintiff.page.getByRole('button', { name: '联系各方' }).click()
    await plaintiff.page.locator('a[href$="/with/bench"]').click()
    await plaintiff.say(`${marker}：再加一句`, plaintiff.privateBox())
    await card.getByText('私信 1').waitFor()
    await card.click()
    await judge.sees('再加一句')
    await plaintiff.row('再加一句').getByRole('button', { name: '已读' }).waitFor()
    await judge.back()
    await until('the marks go when it was read', async () => (await card.getByText(/私信|未读/).count()) === 0 && (await card.locator('b').count()) === 0)
  })

  await step('a node that stops sends its phones to the other one', async () => {
    await court.lead(0, 1)
    await court.kill(0)
    await defendant.say(`${marker}：还在吗`)
    await plaintiff.back()
    await plaintiff.back()
    await plaintiff.sees('还在吗')
  })

  await step('English, dark and large text are one tap away and change the whole page', async () => {
    const { page } = defendant
    await page.goto(defendant.base + '/mine')
    await page.getByRole('button', { name: /语言/ }).click()
    await page.getByRole('heading', { name: 'Me', exact: true }).or(page.getByRole('button', { name: /Sign out/ })).first().waitFor()
    same('the language of the page', await page.evaluate(() => document.documentElement.lang), 'en')
    await page.goto(defendant.base + '/mine/look')
    await page.getByRole('button', { name: 'Dark' }).click()
    await page.getByRole('switch').click()
    const look = () => page.evaluate(() => [document.documentElement.dataset.theme, document.documentElement.dataset.size, getComputedStyle(document.body).fontSize])
    await until('dark and large', async () => JSON.stringify((await look()).slice(0, 2)) === '["dark","large"]')
    await page.reload()
    await until('dark and large stay', async () => JSON.stringify((await look()).slice(0, 2)) === '["dark","large"]')
    expect('the text is larger', parseFloat(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)) > 20)
    await page.getByRole('button', { name: 'Back' }).click()
  })

  for (const p of all) same(`faults of the page of ${p.who.name}`, p.faults, [])
})
