package clr

import (
	"slices"
	"strings"
	"time"
)

// SystemTimeZones is TimeZoneInfo.GetSystemTimeZones: the zones that countries have, by
// their offset and name.
func SystemTimeZones() ([]*TimeZone, error) {
	var out []*TimeZone
	for _, area := range strings.Split(systemZones, "\n") {
		name, places, _ := strings.Cut(area, ": ")
		for _, place := range strings.Fields(places) {
			z, err := FindTimeZone(name + "/" + place)
			if err != nil {
				return nil, err
			}
			out = append(out, z)
		}
	}
	out = append(out, TimeZoneUTC)
	slices.SortStableFunc(out, func(a, b *TimeZone) int {
		if c := a.BaseOffset() - b.BaseOffset(); c != 0 {
			return int(c / TicksPerMinute)
		}
		return strings.Compare(a.id, b.id)
	})
	return out, nil
}

// Rules is GetAdjustmentRules. Of a zone of the database there is a rule for each time
// that the clocks were changed for daylight saving, and one for all years to come.
func (z *TimeZone) Rules() []*AdjustmentRule {
	if z.custom != nil {
		return slices.Clone(z.custom.rules)
	}
	var out []*AdjustmentRule
	now := time.Now().Year()
	at := time.Date(firstRuleYear, time.January, 1, 0, 0, 0, 0, z.location)
	standard := offsetOf(at)
	for at.Year() < now {
		end, ok := nextChange(at)
		if !ok {
			break
		}
		if at.IsDST() {
			out = behind(out, pastRule(at, end, standard))
		} else {
			standard = offsetOf(at)
		}
		at = end
	}
	return behind(out, z.openRule(max(at.Year(), now)))
}

// behind puts a rule behind others. It begins when they have ended.
func behind(rules []*AdjustmentRule, r *AdjustmentRule) []*AdjustmentRule {
	if r == nil {
		return rules
	}
	if n := len(rules); n > 0 && rules[n-1].End.ticks >= r.Start.ticks {
		r.Start = DateTime{ticks: rules[n-1].End.ticks + TicksPerDay}
	}
	if r.Start.ticks > r.End.ticks {
		return rules
	}
	return append(rules, r)
}

// nextChange is when a zone's offset changes next, within a century.
func nextChange(t time.Time) (time.Time, bool) {
	for next, last := t, t.Year()+100; next.Year() <= last; {
		_, end := next.ZoneBounds()
		switch {
		case end.IsZero():
			return end, false
		case !end.After(next): // Go counts 365 days for a leap year
			end = next.Add(48 * time.Hour)
		}
		if next = end.In(t.Location()); offsetOf(next) != offsetOf(t) || next.IsDST() != t.IsDST() {
			return next, true
		}
	}
	return t, false
}

const firstRuleYear = 1900

// clockAt is what a clock shows at an instant that has an offset.
func clockAt(t time.Time, offset TimeSpan) DateTime {
	return DateTime{ticks: DateTimeFromTime(t).ticks + int64(offset)}
}

// pastRule is the rule of one time of daylight saving.
func pastRule(from, to time.Time, standard TimeSpan) *AdjustmentRule {
	daylight := offsetOf(from)
	start, end := clockAt(from, standard), clockAt(to, daylight)
	fixed := func(d DateTime) TransitionTime {
		return TransitionTime{Time: DateTime{ticks: d.ticks % TicksPerDay}, Month: d.Month(), Day: d.Day(), Week: 1, Fixed: true}
	}
	return &AdjustmentRule{Start: start.Date(), End: end.Date(), Delta: daylight - standard, From: fixed(start), To: fixed(end)}
}

// openRule is the rule of a year and all that follow; nil if the clocks are not changed.
func (z *TimeZone) openRule(year int) *AdjustmentRule {
	var from, to []DateTime
	var delta TimeSpan
	t, last := time.Date(year+1, time.January, 1, 0, 0, 0, 0, z.location), year+openRuleYears
	for {
		next, ok := nextChange(t)
		if !ok || next.Year() > last {
			break
		}
		if next.IsDST() {
			from, delta = append(from, clockAt(next, offsetOf(t))), offsetOf(next)-offsetOf(t)
		} else {
			to = append(to, clockAt(next, offsetOf(t)))
		}
		t = next
	}
	if len(from) != openRuleYears || len(to) != openRuleYears {
		return nil
	}
	first := DateTime{ticks: dateTicks(year, 1, 1)}
	return &AdjustmentRule{Start: first, End: DateTimeMaxValue.Date(), Delta: delta, From: floating(from), To: floating(to)}
}

// openRuleYears is after how many years days and weekdays come together again.
const openRuleYears = 28

// floating is the rule that readings of successive years follow: a day of a week in a
// month, or a date.
func floating(readings []DateTime) TransitionTime {
	first, last := readings[0].Day(), readings[0].Day()
	for _, d := range readings {
		first, last = min(first, d.Day()), max(last, d.Day())
	}
	d := readings[0]
	out := TransitionTime{Time: DateTime{ticks: d.ticks % TicksPerDay}, Month: d.Month(), Day: 1, DayOfWeek: d.DayOfWeek(), Week: (last + 6) / 7}
	switch {
	case first == last:
		out.Fixed, out.Day, out.Week, out.DayOfWeek = true, d.Day(), 1, 0
	case last > 28:
		out.Week = 5
	}
	return out
}

// HasSameRules is TimeZoneInfo.HasSameRules.
func (z *TimeZone) HasSameRules(other *TimeZone) bool {
	if z.BaseOffset() != other.BaseOffset() || z.SupportsDaylight() != other.SupportsDaylight() {
		return false
	}
	return slices.EqualFunc(z.Rules(), other.Rules(), func(a, b *AdjustmentRule) bool { return *a == *b })
}

// systemZones are the zones that are the time of some country, by area.
const systemZones = `Africa: Abidjan Accra Addis_Ababa Algiers Asmara Bamako Bangui Banjul Bissau Blantyre Brazzaville Bujumbura Cairo Casablanca Ceuta Conakry Dakar Dar_es_Salaam Djibouti Douala El_Aaiun Freetown Gaborone Harare Johannesburg Juba Kampala Khartoum Kigali Kinshasa Lagos Libreville Lome Luanda Lubumbashi Lusaka Malabo Maputo Maseru Mbabane Mogadishu Monrovia Nairobi Ndjamena Niamey Nouakchott Ouagadougou Porto-Novo Sao_Tome Tripoli Tunis Windhoek
America: Adak Anchorage Anguilla Antigua Araguaina Argentina/Buenos_Aires Argentina/Catamarca Argentina/Cordoba Argentina/Jujuy Argentina/La_Rioja Argentina/Mendoza Argentina/Rio_Gallegos Argentina/Salta Argentina/San_Juan Argentina/San_Luis Argentina/Tucuman Argentina/Ushuaia Aruba Asuncion Atikokan Bahia Bahia_Banderas Barbados Belem Belize Blanc-Sablon Boa_Vista Bogota Boise Cambridge_Bay Campo_Grande Cancun Caracas Cayenne Cayman Chicago Chihuahua Ciudad_Juarez Costa_Rica Coyhaique Creston Cuiaba Curacao Danmarkshavn Dawson Dawson_Creek Denver Detroit Dominica Edmonton Eirunepe El_Salvador Fort_Nelson Fortaleza Glace_Bay Goose_Bay Grand_Turk Grenada Guadeloupe Guatemala Guayaquil Guyana Halifax Havana Hermosillo Indiana/Indianapolis Indiana/Knox Indiana/Marengo Indiana/Petersburg Indiana/Tell_City Indiana/Vevay Indiana/Vincennes Indiana/Winamac Inuvik Iqaluit Jamaica Juneau Kentucky/Louisville Kentucky/Monticello Kralendijk La_Paz Lima Los_Angeles Lower_Princes Maceio Managua Manaus Marigot Martinique Matamoros Mazatlan Menominee Merida Metlakatla Mexico_City Miquelon Moncton Monterrey Montevideo Montserrat Nassau New_York Nome Noronha North_Dakota/Beulah North_Dakota/Center North_Dakota/New_Salem Nuuk Ojinaga Panama Paramaribo Phoenix Port-au-Prince Port_of_Spain Porto_Velho Puerto_Rico Punta_Arenas Rankin_Inlet Recife Regina Resolute Rio_Branco Santarem Santiago Santo_Domingo Sao_Paulo Scoresbysund Sitka St_Barthelemy St_Johns St_Kitts St_Lucia St_Thomas St_Vincent Swift_Current Tegucigalpa Thule Tijuana Toronto Tortola Vancouver Whitehorse Winnipeg Yakutat
Antarctica: Casey Davis DumontDUrville Macquarie Mawson McMurdo Palmer Rothera Syowa Troll Vostok
Arctic: Longyearbyen
Asia: Aden Almaty Amman Anadyr Aqtau Aqtobe Ashgabat Atyrau Baghdad Bahrain Baku Bangkok Barnaul Beirut Bishkek Brunei Chita Colombo Damascus Dhaka Dili Dubai Dushanbe Famagusta Gaza Hebron Ho_Chi_Minh Hong_Kong Hovd Irkutsk Jakarta Jayapura Jerusalem Kabul Kamchatka Karachi Kathmandu Khandyga Kolkata Krasnoyarsk Kuala_Lumpur Kuching Kuwait Macau Magadan Makassar Manila Muscat Nicosia Novokuznetsk Novosibirsk Omsk Oral Phnom_Penh Pontianak Pyongyang Qatar Qostanay Qyzylorda Riyadh Sakhalin Samarkand Seoul Shanghai Singapore Srednekolymsk Taipei Tashkent Tbilisi Tehran Thimphu Tokyo Tomsk Ulaanbaatar Urumqi Ust-Nera Vientiane Vladivostok Yakutsk Yangon Yekaterinburg Yerevan
Atlantic: Azores Bermuda Canary Cape_Verde Faroe Madeira Reykjavik South_Georgia St_Helena Stanley
Australia: Adelaide Brisbane Broken_Hill Darwin Eucla Hobart Lindeman Lord_Howe Melbourne Perth Sydney
Europe: Amsterdam Andorra Astrakhan Athens Belgrade Berlin Bratislava Brussels Bucharest Budapest Busingen Chisinau Copenhagen Dublin Gibraltar Guernsey Helsinki Isle_of_Man Istanbul Jersey Kaliningrad Kirov Kyiv Lisbon Ljubljana London Luxembourg Madrid Malta Mariehamn Minsk Monaco Moscow Oslo Paris Podgorica Prague Riga Rome Samara San_Marino Sarajevo Saratov Simferopol Skopje Sofia Stockholm Tallinn Tirane Ulyanovsk Vaduz Vatican Vienna Vilnius Volgograd Warsaw Zagreb Zurich
Indian: Antananarivo Chagos Christmas Cocos Comoro Kerguelen Mahe Maldives Mauritius Mayotte Reunion
Pacific: Apia Auckland Bougainville Chatham Chuuk Easter Efate Fakaofo Fiji Funafuti Galapagos Gambier Guadalcanal Guam Honolulu Kanton Kiritimati Kosrae Kwajalein Majuro Marquesas Midway Nauru Niue Norfolk Noumea Pago_Pago Palau Pitcairn Pohnpei Port_Moresby Rarotonga Saipan Tahiti Tarawa Tongatapu Wake Wallis`
