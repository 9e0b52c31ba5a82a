package store

// ResealedColumns lists the columns that RotateKeys writes or empties, as table.column.
func ResealedColumns() (all []string) {
	for _, t := range resealedTables {
		for _, c := range t.columns {
			all = append(all, t.table+"."+c)
		}
		for _, m := range t.macs {
			all = append(all, t.table+"."+m.column)
		}
	}
	return append(all, "sign_in_code.phone_mac", "sign_in_code.code_mac", "sign_in_attempt.key")
}
