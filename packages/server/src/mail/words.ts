/** What mail to customers says, in the languages of the widget (STR7). */
interface MailWords {
  replySubject: string;
  wrote: string;
  goOn: string;
  whyReply: string;
  notRead: string;
  transcriptSubject: string;
  you: string;
  team: string;
  removed: string;
  closed: string;
  files: string;
}

export const MAIL_WORDS: Readonly<Record<string, MailWords>> = {
  en: {
    replySubject: '{company}: an answer to your message',
    wrote: '{name} wrote, {time}:',
    goOn: 'Go on with the conversation',
    whyReply: 'You get this mail because you were gone when the answer came.',
    notRead: 'Please answer in the chat: mail to this address is not read.',
    transcriptSubject: 'Your conversation with {company}, {day}',
    you: 'You',
    team: 'Our team',
    removed: 'This message was removed.',
    closed: 'The conversation was closed, {time}.',
    files: 'Files: {names}',
  },
  de: {
    replySubject: '{company}: eine Antwort auf Ihre Nachricht',
    wrote: '{name} schrieb, {time}:',
    goOn: 'Gespräch fortsetzen',
    whyReply: 'Sie erhalten diese E-Mail, weil Sie nicht da waren, als die Antwort kam.',
    notRead: 'Bitte antworten Sie im Chat: E-Mails an diese Adresse werden nicht gelesen.',
    transcriptSubject: 'Ihr Gespräch mit {company}, {day}',
    you: 'Sie',
    team: 'Unser Team',
    removed: 'Diese Nachricht wurde entfernt.',
    closed: 'Das Gespräch wurde geschlossen, {time}.',
    files: 'Dateien: {names}',
  },
  fr: {
    replySubject: '{company} : une réponse à votre message',
    wrote: '{name} a écrit, {time} :',
    goOn: 'Continuer la conversation',
    whyReply: 'Vous recevez cet e-mail parce que vous étiez parti quand la réponse est arrivée.',
    notRead: 'Répondez dans la discussion : les e-mails envoyés à cette adresse ne sont pas lus.',
    transcriptSubject: 'Votre conversation avec {company}, {day}',
    you: 'Vous',
    team: 'Notre équipe',
    removed: 'Ce message a été retiré.',
    closed: 'La conversation a été close, {time}.',
    files: 'Fichiers : {names}',
  },
  es: {
    replySubject: '{company}: una respuesta a su mensaje',
    wrote: '{name} escribió, {time}:',
    goOn: 'Seguir con la conversación',
    whyReply: 'Recibe este correo porque ya no estaba cuando llegó la respuesta.',
    notRead: 'Responda en el chat: los correos a esta dirección no se leen.',
    transcriptSubject: 'Su conversación con {company}, {day}',
    you: 'Usted',
    team: 'Nuestro equipo',
    removed: 'Este mensaje se ha eliminado.',
    closed: 'La conversación se cerró, {time}.',
    files: 'Archivos: {names}',
  },
  zh: {
    replySubject: '{company}：您的消息有了回复',
    wrote: '{name}，{time}：',
    goOn: '继续对话',
    whyReply: '您收到此邮件，是因为回复到达时您已离开。',
    notRead: '请在在线客服中回复：发到此地址的邮件不会有人阅读。',
    transcriptSubject: '您与 {company} 的对话，{day}',
    you: '您',
    team: '客服团队',
    removed: '此消息已被移除。',
    closed: '对话已结束，{time}。',
    files: '文件：{names}',
  },
  ar: {
    replySubject: '{company}: رد على رسالتك',
    wrote: 'كتب {name}، {time}:',
    goOn: 'متابعة المحادثة',
    whyReply: 'تصلك هذه الرسالة لأنك غادرت قبل وصول الرد.',
    notRead: 'يُرجى الرد في المحادثة: لا تُقرأ الرسائل المرسلة إلى هذا العنوان.',
    transcriptSubject: 'محادثتك مع {company}، {day}',
    you: 'أنت',
    team: 'فريقنا',
    removed: 'أُزيلت هذه الرسالة.',
    closed: 'أُغلقت المحادثة، {time}.',
    files: 'الملفات: {names}',
  },
};
