package efile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"microcourt/hub/paper"
	"microcourt/store/court"
)

// talkRows bounds the lines of a part of the record of the talk: what is read on a phone comes in pieces.
const talkRows = 400

// said is a line of what was said in the room.
type said struct {
	at         int64
	seq        int64
	who, words string
}

// talk is what was said in one thread.
type talk struct {
	thread, volume string
	lines          []said
}

// takeTalk takes what was said: in the room before all, and in the private threads that the reader reads.
func takeTalk(f *File, e *event) {
	last := len(f.talks) - 1
	if last < 0 || f.talks[last].thread != e.thread { // a thread's events come together
		f.talks, last = append(f.talks, &talk{thread: e.thread, volume: e.volume}), last+1
	}
	f.talks[last].lines = append(f.talks[last].lines, said{e.At, e.Seq, f.name(e.By), talkWords(e)})
}

// talkWords gives what was said in words. Files are named with the hash of their bytes; they lie with the record as they were sent.
func talkWords(e *event) string {
	switch e.Withdrawn {
	case "recall":
		return "（本人已撤回）"
	case "hide":
		return "（法庭已隐藏）"
	}
	b := read[struct {
		Text, Attachment    string
		Quote               int64
		Duration            int64 `json:"duration_ms"`
		Name, Address       string
		Latitude, Longitude float64
	}](e)
	words := b.Text
	if kind := fileWords[court.Kind(e.Kind)]; kind != "" {
		file := e.files[b.Attachment]
		words = "［" + kind + "］" + file.Name
		if b.Duration > 0 {
			words += fmt.Sprintf("（%d秒）", (b.Duration+999)/1000)
		}
		words += "　校验值 " + file.SHA256
	}
	if court.Kind(e.Kind) == court.KindLocation {
		words = fmt.Sprintf("［位置］%s　%s（纬度%.5f，经度%.5f）", b.Name, b.Address, b.Latitude, b.Longitude)
	}
	if b.Quote != 0 {
		words = fmt.Sprintf("（回复第%d条）", b.Quote) + words
	}
	return words
}

// fileWords are the kinds of messages that are files.
var fileWords = map[court.Kind]string{court.KindImage: "图片", court.KindVoice: "语音", court.KindVideo: "视频", court.KindFile: "文件"}

// addTalks makes what was said in each thread a paper of its own, in the order of the record.
func (f *File) addTalks() {
	for _, t := range f.talks {
		first, last := t.lines[0], t.lines[len(t.lines)-1]
		p := &Paper{ID: strings.ReplaceAll(t.thread, "/", "-"), Section: Talk, Title: f.talkTitle(t.thread), From: f.cover.Court, At: last.at, volume: t.volume,
			Parts: []Part{}, Events: []Ref{{t.thread, first.seq}, {t.thread, last.seq}}}
		for lines := range slices.Chunk(t.lines, talkRows) {
			s := p.newSheet(fmt.Sprintf("%s（第%d条至第%d条）", p.Title, lines[0].seq, lines[len(lines)-1].seq))
			s.columns = []paper.Column{{Head: "记录", Width: 0.7, Align: paper.Right}, {Head: "时间", Width: 2.4, Align: paper.Left}, {Head: "发言人", Width: 1.4, Align: paper.Left}, {Head: "内容", Width: 4, Align: paper.Left}}
			for _, l := range lines {
				s.rows = append(s.rows, []string{strconv.FormatInt(l.seq, 10), moment(l.at), l.who, l.words})
			}
		}
		f.papers = append(f.papers, p)
	}
}

// talkTitle says whose talk it is.
func (f *File) talkTitle(thread string) string {
	who := strings.Split(thread, "/")
	switch court.ThreadKind(who[0]) {
	case court.ThreadBench:
		return "私信记录：" + f.name(who[1]) + "与审判组织"
	case court.ThreadPair:
		return "私信记录：" + f.name(who[1]) + "与" + f.name(who[2])
	}
	return "对话记录"
}
