package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
)

// row is one figure. Value is judged against Budget where there is one; Detail shows the absolute figures behind it.
type row struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Budget string  `json:"budget,omitempty"`
	OK     *bool   `json:"ok,omitempty"`
	Detail string  `json:"detail,omitempty"`
}

type report struct {
	short bool
	rows  []row
}

// atMost and atLeast add a figure with its budget, shown without one.
func (r *report) atMost(name string, value, budget float64, unit, detail string) {
	ok := value <= budget
	r.rows = append(r.rows, row{name, value, unit, fmt.Sprintf("<= %g", budget), &ok, detail})
}

func (r *report) atLeast(name string, value, budget float64, unit, detail string) {
	ok := value >= budget
	r.rows = append(r.rows, row{name, value, unit, fmt.Sprintf(">= %g", budget), &ok, detail})
}

func (r *report) shown(name string, value float64, unit, detail string) {
	r.rows = append(r.rows, row{Name: name, Value: value, Unit: unit, Detail: detail})
}

func (r *report) print(w io.Writer) {
	fmt.Fprintf(w, "\n%d CPUs, %s", runtime.NumCPU(), runtime.Version())
	if r.short {
		fmt.Fprint(w, "; SHORT: this shows that everything works, the figures mean little")
	}
	fmt.Fprint(w, "\n\n")
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "WHAT\tVALUE\tUNIT\tBUDGET\t\tBEHIND IT")
	for _, row := range r.rows {
		judged := ""
		if row.OK != nil {
			judged = map[bool]string{true: "ok", false: "OVER"}[*row.OK]
		}
		fmt.Fprintf(t, "%s\t%.2f\t%s\t%s\t%s\t%s\n", row.Name, row.Value, row.Unit, row.Budget, judged, row.Detail)
	}
	t.Flush()
}

// write writes the rows as a list, for other programs to read.
func (r *report) write(path string) error {
	text, err := json.MarshalIndent(r.rows, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// median of some figures; 0 for none.
func median(of []float64) float64 {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}
