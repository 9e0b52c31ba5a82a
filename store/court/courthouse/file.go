package courthouse

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"microcourt/store/court"
)

// Filed is one court of a file, or why it can't be taken. One bad row doesn't spoil the others.
type Filed struct {
	Line    int    // on which it begins, from 1
	Name    string // as far as it could be read
	Court   *Court
	Refused *court.Error // nil where Court is good
}

// Parse reads a list of courts: JSON that begins with {, or else CSV with a line of headings. Columns and fields that aren't known are refused: a misspelt one
// would be lost silently. The error speaks of the file as a whole; what is wrong with one row stands there.
func Parse(raw []byte) ([]Filed, error) {
	if len(raw) > MaxFileBytes {
		return nil, court.ErrTooLarge
	}
	if !utf8.Valid(raw) {
		return nil, fileProblem(0, "文件不是UTF-8编码。在Excel里请另存为“CSV UTF-8”", "the file is not UTF-8; in Excel save it as CSV UTF-8")
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	read := readCSV
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		read = readJSON
	}
	rows, refused, err := read(raw)
	if err != nil {
		return nil, err
	}
	if len(rows)+len(refused) > MaxCourts {
		return nil, fileProblem(0, fmt.Sprintf("文件里的法院超过%d家", MaxCourts), fmt.Sprintf("the file has more than %d courts", MaxCourts))
	}
	filed, lines := refused, map[string]int{}
	for _, r := range rows {
		c, p := r.court()
		if p == nil && lines[c.Name] != 0 {
			p = &problem{"name", fmt.Sprintf("与第%d行重复", lines[c.Name]), fmt.Sprintf("stands on line %d already", lines[c.Name])}
		}
		if p != nil {
			filed = append(filed, refusal(r.line, c.Name, p))
			continue
		}
		lines[c.Name] = r.line
		filed = append(filed, Filed{Line: r.line, Name: c.Name, Court: &c})
	}
	slices.SortStableFunc(filed, func(a, b Filed) int { return a.Line - b.Line })
	return filed, nil
}

func refusal(line int, name string, p *problem) Filed {
	zh, en := fmt.Sprintf("第%d行", line), fmt.Sprintf("Line %d", line)
	if name != "" {
		zh, en = zh+"（"+name+"）", en+" ("+name+")"
	}
	if p.field != "" {
		heading := p.field
		if names := columns[p.field]; names != nil {
			heading = names[0]
		}
		zh, en = zh+"，"+heading, en+", "+p.field
	}
	return Filed{Line: line, Name: name, Refused: &court.Error{Code: court.ErrInvalid.Code, ZH: zh + "：" + p.zh + "。", EN: en + ": " + p.en + ".", Field: p.field}}
}

// fileProblem speaks of the file; line 0 of it as a whole.
func fileProblem(line int, zh, en string) error {
	if line > 0 {
		zh, en = fmt.Sprintf("第%d行：", line)+zh, fmt.Sprintf("line %d: ", line)+en
	}
	return &court.Error{Code: court.ErrInvalid.Code, ZH: zh + "。", EN: en + "."}
}

// columns are the headings that a CSV file may have, by field.
var columns = map[string][]string{
	"name": {"名称", "法院名称", "法院"}, "level": {"层级", "法院层级", "级别"}, "address": {"地址"}, "phone": {"电话", "联系电话"}, "hours": {"办公时间", "工作时间"},
	"latitude": {"纬度"}, "longitude": {"经度"}, "datum": {"坐标系"},
}

func (r *row) field(name string) *string {
	return map[string]*string{"name": &r.name, "level": &r.level, "address": &r.address, "phone": &r.phone, "hours": &r.hours,
		"latitude": &r.latitude, "longitude": &r.longitude, "datum": &r.datumName}[name]
}

func readCSV(raw []byte) (rows []row, refused []Filed, err error) {
	in := csv.NewReader(bytes.NewReader(raw))
	in.FieldsPerRecord = -1 // a row with too many or too few is refused by its line
	in.TrimLeadingSpace = true
	headings, err := in.Read()
	if err != nil {
		return nil, nil, csvProblem(err)
	}
	fields := make([]string, len(headings))
	for i, h := range headings {
		h = strings.ToLower(strings.TrimSpace(h))
		for field, names := range columns {
			if h == field || slices.Contains(names, h) {
				fields[i] = field
			}
		}
		if fields[i] == "" {
			return nil, nil, fileProblem(1, "没有这一列："+cut(h), "there is no such column: "+cut(h))
		}
		if slices.Contains(fields[:i], fields[i]) {
			return nil, nil, fileProblem(1, "这一列出现了两次："+cut(h), "this column stands twice: "+cut(h))
		}
	}
	for {
		record, err := in.Read()
		if err == io.EOF {
			return rows, refused, nil
		}
		if err != nil {
			return nil, nil, csvProblem(err)
		}
		line, _ := in.FieldPos(0)
		r := row{line: line}
		for i, text := range record[:min(len(record), len(fields))] {
			*r.field(fields[i]) = text
		}
		switch {
		case strings.Join(record, "") == "": // spreadsheets leave such rows behind
		case len(record) != len(fields):
			refused = append(refused, refusal(line, cut(r.name), &problem{"", fmt.Sprintf("有%d列，应有%d列；内容里有逗号时请加英文引号", len(record), len(fields)), fmt.Sprintf("has %d columns instead of %d; what holds a comma goes in quotes", len(record), len(fields))}))
		default:
			rows = append(rows, r)
		}
	}
}

// csvProblem says on which line the file stops making sense: what follows a quote that isn't closed can't be told apart.
func csvProblem(err error) error {
	var p *csv.ParseError
	switch {
	case err == io.EOF:
		return fileProblem(0, "文件是空的", "the file is empty")
	case errors.As(err, &p):
		return fileProblem(p.StartLine, "引号没有成对", "its quotes don't match")
	}
	return fileProblem(0, "不是CSV文件", "not CSV")
}

// readJSON reads {"datum": ..., "courts": [{...}]}; the file's datum is that of all positions that don't name one.
func readJSON(raw []byte) (rows []row, refused []Filed, err error) {
	in := json.NewDecoder(bytes.NewReader(raw))
	in.Token() // the brace that Parse has seen
	var datum string
	for in.More() {
		key, err := in.Token()
		if err != nil {
			return nil, nil, jsonProblem(raw, in)
		}
		switch key {
		case "datum":
			err = in.Decode(&datum)
		case "courts":
			rows, refused, err = readCourts(raw, in)
		default:
			return nil, nil, fileProblem(lineOf(raw, in.InputOffset()), "没有这个字段："+cut(fmt.Sprint(key)), "there is no such field: "+cut(fmt.Sprint(key)))
		}
		if err != nil {
			return nil, nil, jsonProblem(raw, in)
		}
	}
	if end, err := in.Token(); err != nil || end != json.Delim('}') {
		return nil, nil, jsonProblem(raw, in)
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, nil, jsonProblem(raw, in)
	}
	for i := range rows {
		if rows[i].datumName == "" {
			rows[i].datumName = datum
		}
	}
	return rows, refused, nil
}

func readCourts(raw []byte, in *json.Decoder) (rows []row, refused []Filed, err error) {
	if begin, err := in.Token(); err != nil || begin != json.Delim('[') {
		return nil, nil, errors.New("courts is no list")
	}
	for in.More() {
		var text json.RawMessage
		if err := in.Decode(&text); err != nil {
			return nil, nil, err
		}
		line := lineOf(raw, in.InputOffset()-int64(len(text)))
		var c struct {
			Name      string      `json:"name"`
			Level     string      `json:"level"`
			Address   string      `json:"address"`
			Phone     string      `json:"phone"`
			Hours     string      `json:"hours"`
			Latitude  json.Number `json:"latitude"`
			Longitude json.Number `json:"longitude"`
			Datum     string      `json:"datum"`
		}
		if err := court.DecodeStrict(text, &c); err != nil {
			refused = append(refused, refusal(line, cut(c.Name), undecodable(err)))
			continue
		}
		rows = append(rows, row{line, c.Name, c.Level, c.Address, c.Phone, c.Hours, string(c.Latitude), string(c.Longitude), c.Datum})
	}
	_, err = in.Token()
	return rows, refused, err
}

func undecodable(err error) *problem {
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &mistyped) {
		return &problem{mistyped.Field, "类型不对（经纬度写数字，其余写带引号的文本）", "has the wrong type (degrees are numbers, all else text in quotes)"}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return &problem{cut(strings.Trim(name, `"`)), "没有这个字段", "there is no such field"}
	}
	return &problem{"", "不是正确的JSON", "not JSON"}
}

func jsonProblem(raw []byte, in *json.Decoder) error {
	return fileProblem(lineOf(raw, in.InputOffset()), `不是正确的JSON：{"datum": "gcj02", "courts": [{"name": ...}]}`, `not JSON as it should be: {"datum": "gcj02", "courts": [{"name": ...}]}`)
}

func lineOf(raw []byte, offset int64) int { return 1 + bytes.Count(raw[:offset], []byte("\n")) }

// cut keeps what is repeated of a file short.
func cut(s string) string {
	if r := []rune(strings.TrimSpace(s)); len(r) > 40 {
		return string(r[:40])
	}
	return strings.TrimSpace(s)
}
