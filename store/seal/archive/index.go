package archive

import (
	"encoding/json"
	"html"
	"html/template"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"microcourt/store/court"
)

// Index writes the page on which people read an archive. It says nothing that isn't in the archive's other files, and verifying
// writes it again to see that it says the same.
type Index struct {
	to    io.Writer
	names map[string]string
	err   error

	thread string // that is being written, and for whom
	view   View
}

// courtTime is the time zone of the page.
var courtTime = time.FixedZone("UTC+8", 8*60*60)

const indexHead = `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self'">
<title>{{.DocketNumber}} {{.Title}}</title>
<style>body{font:16px/1.6 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{white-space:nowrap}</style></head><body>
<h1>{{.DocketNumber}}<br>{{.Title}}</h1>
<p>{{.Court}} · {{.Cause}} · {{.Procedure}}</p>
<p>核验 Verify: <code>microcourt verify</code></p>
<h2>诉讼参与人 Participants</h2><table>
{{range .Participants}}<tr><td>{{.Standing}}</td><td>{{.Name}}</td></tr>
{{end}}</table>
`

var (
	indexHeadTemplate   = template.Must(template.New("head").Parse(indexHead))
	indexThreadTemplate = template.Must(template.New("thread").Parse(`<h2>{{.}}</h2><table><tr><th>#</th><th>时间 Time</th><th>谁 Who</th><th>内容 Content</th></tr>
`))
)

// NewIndex begins the page of a case.
func NewIndex(to io.Writer, c Cover) *Index {
	x := &Index{to: to, names: map[string]string{"": "系统 System"}}
	for _, p := range c.Participants {
		x.names[p.ID] = p.Standing + " " + p.Name
	}
	x.err = indexHeadTemplate.Execute(to, c)
	return x
}

// Thread begins a thread.
func (x *Index) Thread(thread string, v View) {
	x.thread, x.view = thread, v
	title := "掌上法庭 Hearing room"
	if th, err := court.ParseThread(thread); err == nil && th.Kind == court.ThreadService {
		title = "送达 Service: " + x.name(th.A)
	} else if v.Court && thread != "room" {
		title = "与审判组织 With the bench: " + x.name(otherOf(thread, ""))
	} else if thread != "room" {
		title = "私信 Private: " + x.name(otherOf(thread, v.Participant))
	}
	if x.err == nil {
		x.err = indexThreadTemplate.Execute(x.to, title)
	}
}

func (x *Index) name(id string) string {
	if id == "bench" {
		return "审判组织 the bench"
	}
	if name, ok := x.names[id]; ok {
		return name
	}
	return id
}

// Line writes an event. It is written by hand: a template takes longer for it than all else that an archive needs.
func (x *Index) Line(l Line) {
	var moment, who, note, text string
	switch l.State {
	case "":
		moment, who, text = time.UnixMilli(l.At).In(courtTime).Format("2006-01-02 15:04:05"), x.name(l.By), readable(l.Body)
		switch l.Withdrawn {
		case "recall":
			note = "已撤回 recalled"
		case "hide":
			note = "已隐藏 hidden"
		}
	case Earlier:
		note = "不在您的阅读范围 not yours to read"
	default:
		note = "缺失 missing"
	}
	if note != "" {
		note = " (" + note + ")"
	}
	row := "<tr><td>" + strconv.FormatInt(l.Seq, 10) + "</td><td>" + moment + "</td><td>" + html.EscapeString(who) + "</td><td>" + html.EscapeString(l.Kind) + note + "<br>" + html.EscapeString(text)
	for _, f := range l.Files {
		row += "\n<br><a href=\"files/" + html.EscapeString(url.PathEscape(f.ID)) + "\">" + html.EscapeString(f.Name) + "</a> SHA-256 " + html.EscapeString(f.SHA256)
	}
	for _, r := range x.view.Recordings(x.thread, &l) {
		row += "\n<br><a href=\"" + html.EscapeString(recordingFolder+url.PathEscape(strings.TrimPrefix(r.Name(), recordingFolder))) + "\">" + html.EscapeString(r.Media) + "</a> SHA-256 " + html.EscapeString(r.SHA256)
	}
	x.write(row + "</td></tr>\n")
}

// EndThread ends a thread.
func (x *Index) EndThread() { x.write("</table>\n") }

// Close ends the page.
func (x *Index) Close() error {
	x.write("</body></html>\n")
	return x.err
}

func (x *Index) write(text string) {
	if x.err == nil {
		_, x.err = io.WriteString(x.to, text)
	}
}

// readable gives a body's text, or the body as it is.
func readable(body string) string {
	var fields struct{ Text string }
	if json.Unmarshal([]byte(body), &fields) == nil && fields.Text != "" {
		return fields.Text
	}
	return body
}
