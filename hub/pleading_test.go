package hub

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"microcourt/hub/paper"
	"microcourt/store/court/application"
	"microcourt/store/court/calendar"
	"microcourt/store/court/pleading"
	"microcourt/store/storetest/servers"
)

// TestEveryPaperWithoutACaseIsPrinted: nothing in the court's own words lacks a character.
func TestEveryPaperWithoutACaseIsPrinted(t *testing.T) {
	if !paper.Available() {
		servers.Missing(t, "the fonts for printing (make fonts)")
	}
	for _, f := range pleading.Forms {
		values := application.Values{}
		for _, field := range f.Fields {
			var value any = field.Label.ZH
			switch field.Type {
			case application.TypeTable:
				value = [][]string{field.Columns}
			case application.TypeMultiselect:
				value = field.Options
			case application.TypeSelect:
				value = field.Options[0]
			case application.TypeText, application.TypeTextarea, application.TypeAddress:
			default:
				continue
			}
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			if field.VisibleWhen == nil {
				values[field.Key] = text
			}
		}
		filled, err := f.Fill(values, false)
		if err != nil {
			t.Errorf("%s: %v", f.Key, err)
			continue
		}
		doc, err := paper.Render(pleadingDoc(f.Paper(filled), calendar.DayAt(1_770_000_000_000), nil))
		if err != nil || len(doc.Missing) != 0 || doc.Pages == 0 {
			t.Errorf("%s: %v, lacks %U", f.Key, err, doc.Missing)
			continue
		}
		if dir := os.Getenv("MICROCOURT_PAPER_SAMPLE"); dir != "" {
			os.WriteFile(filepath.Join(dir, "form-"+f.Key+".pdf"), doc.PDF, 0o600)
		}
	}
}
