package org.tamarack.sample

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Button
import androidx.compose.material3.Card
import androidx.compose.material3.Checkbox
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.RadioButton
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.unit.dp
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import java.time.format.FormatStyle
import java.util.Locale
import org.tamarack.Alternative
import org.tamarack.Choice
import org.tamarack.CodeLook
import org.tamarack.Condition
import org.tamarack.ConsentView
import org.tamarack.CredentialSummary
import org.tamarack.DeclineReason
import org.tamarack.HistoryEntry
import org.tamarack.LocalText
import org.tamarack.OfferPreview
import org.tamarack.Pick
import org.tamarack.Problem
import org.tamarack.Text as Told

/** What the screens ask of the phone. */
interface Phone {
    /** Opens the camera, and reads the code that it sees into the model. */
    fun scan()

    /** Opens a page in the browser. */
    fun browse(url: String)

    /** Asks the person to open the phone's lock. */
    fun unlock()
}

/** The whole app: the screen of the model's step. */
@Composable
fun App(model: WalletModel, phone: Phone) {
    val screen by model.screen.collectAsState()
    MaterialTheme {
        Surface(Modifier.fillMaxSize()) {
            when (val now = screen) {
                is Screen.Working -> WorkingScreen(now.host)
                is Screen.Cards -> CardsScreen(now.cards, model::scan, model::refresh, model::history)
                is Screen.Scan -> ScanScreen(phone::scan, model::read, model::cards)
                is Screen.Preview -> PreviewScreen(now.preview, model::accept, model::cards)
                is Screen.Code -> CodeScreen(now.look, now.problem, model::enter, model::cards)
                is Screen.SignIn -> SignInScreen({ phone.browse(now.url) }, model::cards)
                is Screen.Waiting -> WaitingScreen({ model.again(now.id) }, model::cards)
                is Screen.Stored -> StoredScreen(now, model::cards)
                is Screen.Asked -> AskedScreen(now.view, model::look) { model.decline(reason(now.view)) }
                is Screen.Agree -> AgreeScreen(now.view, now.choice, model::pick, model::agree) { model.decline(DeclineReason.NOT_WANTED) }
                is Screen.Shown -> ShownScreen(now, phone::browse, model::history, model::cards)
                is Screen.History -> HistoryScreen(now.entries, model::cards)
                is Screen.Locked -> LockedScreen(phone::unlock)
                is Screen.Failed -> FailedScreen(now.problem, model::retry, model::cards)
            }
        }
    }
}

private fun reason(view: ConsentView) = if (view.canAnswer) DeclineReason.NOT_WANTED else DeclineReason.NOTHING_FITS

@Composable
fun WorkingScreen(host: String?) = Page(host?.let { stringResource(R.string.working_host, it) } ?: stringResource(R.string.working), live = true) {
    CircularProgressIndicator(Modifier.clearAndSetSemantics {})
}

@Composable
fun CardsScreen(cards: List<CredentialSummary>, scan: () -> Unit, refresh: () -> Unit, history: () -> Unit) =
    Page(stringResource(R.string.cards)) {
        if (cards.isEmpty()) Text(stringResource(R.string.cards_none))
        single(cards).forEach { CardOf(it) }
        Primary(stringResource(R.string.scan_or_paste), scan)
        if (cards.isNotEmpty()) Secondary(stringResource(R.string.check_cards), refresh)
        Secondary(stringResource(R.string.history), history)
    }

/** Single-use copies of a card are one card to the person who holds it. */
internal fun single(cards: List<CredentialSummary>) = cards.distinctBy { it.batch ?: it.id }

@Composable
private fun CardOf(card: CredentialSummary) {
    val title = say(card.title)
    val until = card.validUntil?.let { stringResource(R.string.until, date(it)) }.orEmpty()
    val label = stringResource(R.string.card_label, title, say(card.issuerName), say(card.conditionName), until)
    // One text for a screen reader, not five.
    Card(Modifier.fillMaxWidth().clearAndSetSemantics { contentDescription = label }) {
        Column(Modifier.padding(16.dp), Arrangement.spacedBy(4.dp)) {
            Text(title, style = MaterialTheme.typography.titleMedium)
            Text(say(card.issuerName))
            val bad = card.condition != Condition.GOOD
            Text(say(card.conditionName), color = if (bad) MaterialTheme.colorScheme.error else MaterialTheme.colorScheme.onSurface)
            if (bad) Text(say(card.advice))
            if (until.isNotEmpty()) Text(until, style = MaterialTheme.typography.bodySmall)
        }
    }
}

@Composable
fun ScanScreen(scan: () -> Unit, read: (String) -> Unit, back: () -> Unit) = Page(stringResource(R.string.scan_or_paste)) {
    var link by remember { mutableStateOf("") }
    Text(stringResource(R.string.scan_help))
    Primary(stringResource(R.string.scan_camera), scan)
    OutlinedTextField(link, { link = it }, Modifier.fillMaxWidth(), label = { Text(stringResource(R.string.link)) }, maxLines = 4)
    Secondary(stringResource(R.string.go_on), { read(link) }, enabled = link.isNotBlank())
    Secondary(stringResource(R.string.back), back)
}

@Composable
fun PreviewScreen(preview: OfferPreview, accept: () -> Unit, refuse: () -> Unit) = Page(stringResource(R.string.preview)) {
    Heading(stringResource(R.string.preview_by))
    Text(preview.issuerName ?: preview.issuer, style = MaterialTheme.typography.titleMedium)
    Text(preview.standingSentence)
    preview.credentials.forEach { card ->
        Heading(card.name)
        card.description?.let { Text(it) }
        Text(stringResource(R.string.preview_says))
        Bullets(card.claims.map { if (it.always) it.name else stringResource(R.string.preview_sometimes, it.name) })
        Text(card.validity)
        Text(card.linkability)
    }
    Heading(stringResource(R.string.preview_learns))
    Bullets(preview.learns)
    Primary(stringResource(R.string.accept), accept)
    Secondary(stringResource(R.string.refuse), refuse)
}

@Composable
fun CodeScreen(look: CodeLook, problem: Problem?, enter: (String) -> Unit, back: () -> Unit) = Page(stringResource(R.string.code)) {
    var code by remember { mutableStateOf("") }
    Text(look.description)
    // What the library says of it is for those who know the protocol.
    if (problem != null) Wrong(stringResource(R.string.code_wrong))
    val keyboard = KeyboardOptions(keyboardType = if (look.digits) KeyboardType.NumberPassword else KeyboardType.Password)
    OutlinedTextField(
        code, { code = it }, Modifier.fillMaxWidth(), label = { Text(stringResource(R.string.code_label)) },
        isError = problem != null, singleLine = true, keyboardOptions = keyboard,
    )
    Primary(stringResource(R.string.go_on), { enter(code) }, enabled = code.isNotBlank())
    Secondary(stringResource(R.string.refuse), back)
}

@Composable
fun SignInScreen(open: () -> Unit, back: () -> Unit) = Page(stringResource(R.string.sign_in)) {
    Text(stringResource(R.string.sign_in_help))
    Primary(stringResource(R.string.sign_in_open), open)
    Secondary(stringResource(R.string.back), back)
}

@Composable
fun WaitingScreen(again: () -> Unit, back: () -> Unit) = Page(stringResource(R.string.waiting)) {
    Text(stringResource(R.string.waiting_help))
    Primary(stringResource(R.string.ask_again), again)
    Secondary(stringResource(R.string.back), back)
}

@Composable
fun StoredScreen(stored: Screen.Stored, back: () -> Unit) =
    Page(stringResource(if (stored.cards.isEmpty()) R.string.stored_not else R.string.stored), live = true) {
        single(stored.cards).forEach { CardOf(it) }
        if (stored.refused.isNotEmpty()) {
            Heading(stringResource(R.string.stored_refused))
            Bullets(stored.refused.map { say(it.message) + " " + say(it.hint) })
        }
        Primary(stringResource(R.string.back), back)
    }

/** Whoever asks: by its name only where somebody vouches for that. */
private fun ConsentView.asker() = verifierName.takeUnless { selfNamed } ?: verifier

@Composable
fun AskedScreen(view: ConsentView, look: () -> Unit, decline: () -> Unit) = Page(stringResource(R.string.asked)) {
    Heading(stringResource(R.string.asked_by))
    Text(view.asker(), style = MaterialTheme.typography.titleMedium)
    Text(view.standingSentence)
    view.purpose?.let {
        Heading(stringResource(R.string.asked_why))
        Text(it)
    }
    Bullets(view.handling)
    if (view.warnings.isNotEmpty()) {
        Heading(stringResource(R.string.asked_careful))
        Bullets(view.warnings.map { it.sentence })
    }
    if (view.canAnswer) {
        Primary(stringResource(R.string.asked_look), look)
    } else {
        Text(stringResource(R.string.asked_cannot))
        Bullets(view.questions.flatMap { it.misses }.map { "${it.title}: ${it.reason}" })
    }
    Secondary(stringResource(R.string.decline), decline)
}

@Composable
fun AgreeScreen(
    view: ConsentView,
    choice: Choice,
    pick: (Choice) -> Unit,
    agree: (Choice, Boolean) -> Unit,
    decline: () -> Unit,
) = Page(stringResource(R.string.agree)) {
    var receipt by remember { mutableStateOf(false) }
    Text(stringResource(R.string.agree_shows, view.asker()), style = MaterialTheme.typography.titleMedium)
    for (question in view.questions) {
        val picked = choice.picks.filter { it.question == question.id }
        val others = { one: Alternative ->
            pick(choice.copy(picks = choice.picks - picked.toSet() + Pick(question.id, one.credential, one.claimSet)))
        }
        question.alternatives.forEach { one ->
            val chosen = picked.any { it.credential == one.credential && it.claimSet == one.claimSet }
            if (question.alternatives.size > 1) Option(stringResource(R.string.agree_use, one.title), chosen) { others(one) }
            if (chosen) Showing(one)
        }
    }
    Bullets(view.agreements)
    val label = stringResource(R.string.agree_receipt)
    Row(
        Modifier.fillMaxWidth().heightIn(min = 48.dp).toggleable(receipt, role = Role.Checkbox) { receipt = it },
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Checkbox(receipt, null)
        Text(label, Modifier.padding(start = 8.dp))
    }
    Primary(stringResource(R.string.agree_yes), { agree(choice, receipt) })
    Secondary(stringResource(R.string.decline), decline)
}

/** What of a card would be shown, claim by claim, and what that gives away. */
@Composable
private fun Showing(one: Alternative) {
    Heading(stringResource(R.string.agree_card, one.title))
    val along = stringResource(R.string.agree_along)
    one.claims.forEach { claim ->
        Column(Modifier.fillMaxWidth().clearAndSetSemantics { contentDescription = claim.label }) {
            Text(claim.name, style = MaterialTheme.typography.labelLarge)
            Text(claim.value)
            if (!claim.asked) Text(along, style = MaterialTheme.typography.bodySmall)
        }
    }
    Text(one.linkability)
    Bullets(one.links)
}

@Composable
fun ShownScreen(shown: Screen.Shown, browse: (String) -> Unit, history: () -> Unit, back: () -> Unit) =
    Page(stringResource(R.string.shown), live = true) {
        Text(stringResource(R.string.shown_to, shown.verifier))
        shown.redirect?.let { url -> Primary(stringResource(R.string.shown_on), { browse(url) }) }
        Secondary(stringResource(R.string.history), history)
        Secondary(stringResource(R.string.back), back)
    }

@Composable
fun HistoryScreen(entries: List<HistoryEntry>, back: () -> Unit) = Page(stringResource(R.string.history)) {
    if (entries.isEmpty()) Text(stringResource(R.string.history_none))
    entries.forEach { entry ->
        val who = say(entry.partyName).ifEmpty { entry.party.orEmpty() }
        Column(Modifier.fillMaxWidth().semantics(mergeDescendants = true) {}) {
            Text(say(entry.label), style = MaterialTheme.typography.titleSmall)
            if (who.isNotEmpty()) Text(who)
            Text(moment(entry.at), style = MaterialTheme.typography.bodySmall)
        }
    }
    Primary(stringResource(R.string.back), back)
}

@Composable
fun LockedScreen(unlock: () -> Unit) = Page(stringResource(R.string.locked)) {
    Text(stringResource(R.string.locked_help))
    Primary(stringResource(R.string.unlock), unlock)
}

@Composable
fun FailedScreen(problem: Problem, retry: () -> Unit, back: () -> Unit) = Page(stringResource(R.string.failed)) {
    Wrong("${say(problem.message)} ${say(problem.hint)}".trim())
    Primary(stringResource(R.string.try_again), retry)
    Secondary(stringResource(R.string.back), back)
}

/** One step: its title, which a screen reader finds as a heading, and what belongs to it. */
@Composable
private fun Page(title: String, live: Boolean = false, content: @Composable () -> Unit) =
    Column(Modifier.fillMaxSize().verticalScroll(rememberScrollState()).padding(24.dp), Arrangement.spacedBy(12.dp)) {
        val semantics = Modifier.semantics {
            heading()
            if (live) liveRegion = LiveRegionMode.Polite
        }
        Text(title, semantics, style = MaterialTheme.typography.headlineMedium)
        content()
    }

@Composable
private fun Heading(text: String) =
    Text(text, Modifier.padding(top = 8.dp).semantics { heading() }, color = MaterialTheme.colorScheme.primary, style = MaterialTheme.typography.titleSmall)

@Composable
private fun Bullets(lines: List<String>) = Column(verticalArrangement = Arrangement.spacedBy(4.dp)) {
    lines.forEach { line ->
        Row {
            Text("•", Modifier.padding(end = 8.dp).clearAndSetSemantics {})
            Text(line)
        }
    }
}

@Composable
private fun Wrong(text: String) =
    Text(text, Modifier.semantics { liveRegion = LiveRegionMode.Assertive }, color = MaterialTheme.colorScheme.error)

@Composable
private fun Option(text: String, chosen: Boolean, choose: () -> Unit) =
    Row(
        Modifier.fillMaxWidth().heightIn(min = 48.dp).selectable(chosen, role = Role.RadioButton, onClick = choose),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        RadioButton(chosen, null)
        Text(text, Modifier.padding(start = 8.dp))
    }

@Composable
private fun Primary(text: String, click: () -> Unit, enabled: Boolean = true) =
    Button(click, Modifier.fillMaxWidth().heightIn(min = 48.dp), enabled) { Text(text) }

@Composable
private fun Secondary(text: String, click: () -> Unit, enabled: Boolean = true) =
    OutlinedButton(click, Modifier.fillMaxWidth().heightIn(min = 48.dp), enabled) { Text(text) }

internal val french: Boolean get() = Locale.getDefault().language == "fr"

private fun say(text: Told): String = if (french) text.fr else text.en

private fun say(text: LocalText): String = (if (french) text.fr ?: text.en else text.en ?: text.fr).orEmpty()

private fun date(at: java.time.Instant): String =
    DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG).withZone(ZoneId.systemDefault()).format(at)

private fun moment(at: java.time.Instant): String =
    DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT).withZone(ZoneId.systemDefault()).format(at)
