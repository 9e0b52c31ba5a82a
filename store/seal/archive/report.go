package archive

import (
	"fmt"
	"strings"
	"time"
)

// Code says what kind of thing was found. Codes are stable.
type Code string

// What verifying can find.
const (
	FileDamaged      Code = "file_damaged"      // a file is not as the manifest lists it
	FileUnlisted     Code = "file_unlisted"     // a file that doesn't belong to the archive
	FileAbsent       Code = "file_absent"       // a file of the archive is not there
	Unreadable       Code = "unreadable"        // a part is not in the form of an archive
	EventChanged     Code = "event_changed"     // an event is not as it was sealed
	EventMissing     Code = "event_missing"     // an event that was sealed is not there
	EventUnexpected  Code = "event_unexpected"  // an event out of its number
	ThreadChanged    Code = "thread_changed"    // events were changed, and the hashes kept of them too
	ThreadAbsent     Code = "thread_absent"     // a whole thread is not there
	HashesChanged    Code = "hashes_changed"    // the events are intact, the hashes kept of them are not
	AttachmentAbsent Code = "attachment_absent" // the bytes of a file are not there
	AttachmentChange Code = "attachment_changed"
	CoverChanged     Code = "cover_changed"     // what stands on the case's cover is not as it was sealed
	WithdrawalForged Code = "withdrawal_forged" // withdrawn without an event that says so, or the other way round
	RecordingForged  Code = "recording_forged"  // what was laid before the parties to sign says another value than the recording's files give
	SealForged       Code = "seal_forged"       // a seal of the case was changed, removed or added
	HeadForged       Code = "head_forged"       // a seal doesn't hold what the archive says that it holds
	HeadUnknown      Code = "head_unknown"      // the published head is not one that this archive can be held against
	KeyUnknown       Code = "key_unknown"       // a head in the archive is not signed by a known key
	NothingSealed    Code = "nothing_sealed"    // there is no seal in the archive
	IndexChanged     Code = "index_changed"     // the page for people says something else than the record
	Untrusted        Code = "untrusted"         // there was nothing from outside to hold the archive against
)

var sentences = map[Code][2]string{
	FileDamaged:      {"文件与清单不符", "the file is not as the manifest lists it"},
	FileUnlisted:     {"多出不属于卷宗的文件", "the file doesn't belong to the archive"},
	FileAbsent:       {"缺少文件", "the file is not there"},
	Unreadable:       {"格式无法识别", "this part is not in the form of an archive"},
	EventChanged:     {"记录封存后被改动", "the event was changed after it was sealed"},
	EventMissing:     {"封存过的记录缺失", "an event that was sealed is missing"},
	EventUnexpected:  {"记录序号不连续", "the event is out of its number"},
	ThreadChanged:    {"会话封存后被改动，留存的哈希也被改动", "the thread was changed after it was sealed, and the hashes kept of it too"},
	ThreadAbsent:     {"缺少整个会话", "a whole thread is missing"},
	HashesChanged:    {"记录完好，但数据库中留存的哈希被改动", "the events are intact, but the hashes kept of them were changed"},
	AttachmentAbsent: {"附件内容缺失", "the content of the file is missing"},
	AttachmentChange: {"附件内容被改动", "the content of the file was changed"},
	CoverChanged:     {"案件信息封存后被改动", "what the cover of the case says was changed after it was sealed"},
	WithdrawalForged: {"撤回标记与记录不符", "the mark of withdrawal doesn't agree with the record"},
	RecordingForged:  {"交付确认的录音录像完整性校验值与各文件的校验值不符", "the value of a recording's integrity that was laid before the parties is not that of its files"},
	SealForged:       {"封存链被改动", "a seal of the case was changed, removed or added"},
	HeadForged:       {"封存内容与封存值不符", "the seal doesn't hold what the archive says that it holds"},
	HeadUnknown:      {"本卷宗不能用这个公布的封存值核验", "the archive can't be held against this published head"},
	KeyUnknown:       {"封存值不是由该公钥签名的", "a head in the archive is not signed by this key"},
	NothingSealed:    {"卷宗中还没有封存值", "nothing is sealed yet in this archive"},
	IndexChanged:     {"阅读页面与记录不符", "the page for people says something else than the record"},
	Untrusted:        {"没有给出外部公布的封存值或公钥，只能证明卷宗自身一致", "no published head or key was given: the archive only agrees with itself"},
}

// Details of findings, in English, and in Chinese.
const (
	notOpened     = "this seal is not opened in the archive; export again with --heads all"
	otherwise     = "the published head says otherwise"
	newer         = "the head is newer than every seal in the archive: the archive is older, or seals were removed"
	older         = "the head is older than the first seal of the case"
	noHead        = "this is not a published head"
	noSuchDigest  = "no head that is opened in the archive has this digest; export again with --heads all"
	notSigned     = "the published head itself is not signed by the key"
	shorter       = "a thread became shorter from one seal to the next"
	notProven     = "the head of the thread is not proven"
	inCheckpoint  = "its place in the published head is not proven"
	tableOfCovers = "table seal_cover"
	tableOfTiles  = "table seal_tile"
	noView        = "the archive can't be that of whom it names"
)

var details = map[string]string{
	notOpened:     "卷宗中没有展开这次封存，请用 --heads all 重新导出",
	otherwise:     "与公布的封存值不一致",
	newer:         "该封存值晚于卷宗中的全部封存：卷宗较旧，或者封存被删除",
	older:         "该封存值早于本案第一次封存",
	noHead:        "不是公布的封存值",
	noSuchDigest:  "卷宗中展开的封存值都不是这个摘要，请用 --heads all 重新导出",
	notSigned:     "公布的封存值本身不是由该公钥签名",
	shorter:       "会话的记录数比前一次封存减少",
	notProven:     "会话的封存值没有证明",
	inCheckpoint:  "在公布的封存值中的位置没有证明",
	tableOfCovers: "数据表 seal_cover",
	tableOfTiles:  "数据表 seal_tile",
	noView:        "卷宗与其所称的导出人不符",
}

// Finding is one thing that is wrong, and where.
type Finding struct {
	Code    Code
	Thread  string   // "" where it is about none
	Seq     int64    // first event, 0 where it is about none
	Last    int64    // last event of a range, 0 for one
	Columns []string // that were changed; none where that can't be told
	Name    string   // of a file
	Seal    int64    // number of a seal of the case
	Detail  string
}

// Text says the finding in a language, "zh" or "en".
func (f Finding) Text(lang string) string {
	i := 0
	if lang == "en" {
		i = 1
	}
	var where []string
	add := func(zh, en string, args ...any) { where = append(where, fmt.Sprintf([2]string{zh, en}[i], args...)) }
	if f.Thread != "" {
		add("会话 %s", "thread %s", f.Thread)
	}
	switch {
	case f.Last > f.Seq:
		add("第%d至%d条", "events %d to %d", f.Seq, f.Last)
	case f.Seq != 0:
		add("第%d条", "event %d", f.Seq)
	}
	if len(f.Columns) > 0 {
		add("字段 %s", "column %s", strings.Join(f.Columns, ", "))
	}
	if f.Seal > 0 {
		add("第%d号封存", "seal %d", f.Seal)
	}
	if f.Name != "" {
		add("文件 %s", "file %s", f.Name)
	}
	text := sentences[f.Code][i]
	if len(where) > 0 {
		text += [2]string{"：", ": "}[i] + strings.Join(where, [2]string{"，", ", "}[i])
	}
	if f.Detail != "" {
		detail := f.Detail
		if zh, ok := details[detail]; ok && i == 0 {
			detail = zh
		}
		text += " (" + detail + ")"
	}
	return text
}

// Report is what verifying found out.
type Report struct {
	CaseID   string
	View     View
	Docket   string // number of the case
	Whose    string // standing and name of whose archive it is, "" for the court's own
	Findings []Finding
	More     int // findings beyond those listed

	// The head that the archive was held against, and the seal of the case in it. Everything up to Time is proven, if
	// there are no findings.
	Checkpoint int64
	Seal       int64
	Time       int64 // Unix milliseconds

	Threads int   // in the archive
	Events  int64 // that the seal covers
	Files   int64
	Hidden  int64 // of Events, those that the archive doesn't show
	Later   int64 // events after the seal: not covered yet
	Changes bool  // the cover changed after the seal: not covered yet
	Beside  bool  // there is something in BesideFolder, which the record doesn't prove by itself
}

// maxFindings bounds the list of findings.
const maxFindings = 200

func (r *Report) find(f Finding) {
	if len(r.Findings) == maxFindings {
		r.More++
		return
	}
	r.Findings = append(r.Findings, f)
}

// OK reports whether the archive is proven complete and unchanged.
func (r *Report) OK() bool { return len(r.Findings) == 0 }

// Text says the result in a language.
func (r *Report) Text(lang string) string {
	var b strings.Builder
	say := func(zh, en string, args ...any) {
		format := zh
		if lang == "en" {
			format = en
		}
		fmt.Fprintf(&b, format+"\n", args...)
	}
	at := time.UnixMilli(r.Time).In(courtTime).Format("2006-01-02 15:04:05 -0700")
	if r.OK() {
		say("核验通过：卷宗完整，封存后没有改动。", "Verified: the archive is complete and unchanged since it was sealed.")
	} else {
		say("核验不通过：", "NOT verified:")
	}
	switch {
	case r.Docket == "":
	case r.View.Court && r.Whose == "":
		say("卷宗：%s，法院完整卷宗", "Archive: %s, the court's own", r.Docket)
	case r.View.Court:
		say("卷宗：%s，法院卷宗，%s可以阅读的部分", "Archive: %s, the court's, as %s reads it", r.Docket, r.Whose)
	default:
		say("卷宗：%s，%s本人的部分", "Archive: %s, the own part of %s", r.Docket, r.Whose)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "  - %s\n", f.Text(lang))
	}
	if r.More > 0 {
		say("  另有%d项。", "  and %d more.", r.More)
	}
	if r.Seal > 0 {
		say("依据：第%d号封存值（本案第%d号封存），%s", "Held against: published head %d (seal %d of this case), %s", r.Checkpoint, r.Seal, at)
		say("封存范围：%d个会话，%d条记录，%d个文件", "Sealed: %d threads, %d events, %d files", r.Threads, r.Events, r.Files)
	}
	if r.Hidden > 0 {
		say("其中%d条不在阅读范围内，只给出哈希。", "%d of these are not yours to read; only their hashes are given.", r.Hidden)
	}
	if r.Later > 0 {
		say("封存之后还有%d条记录，尚未封存，不能证明。", "%d later events are not sealed yet and not proven.", r.Later)
	}
	if r.Changes {
		say("封存之后案件信息有变更，尚未封存，不能证明。", "The case's cover changed after the seal; the change is not proven.")
	}
	return b.String()
}
