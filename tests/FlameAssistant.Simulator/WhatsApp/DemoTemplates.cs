namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>What an account has that nobody has given templates: one of each kind that people meet.</summary>
internal static class DemoTemplates
{
    public const string Json = """
        [
          {"name":"order_confirmation","language":"pt_BR","category":"UTILITY","quality":"GREEN","parameter_format":"NAMED","components":[
            {"type":"HEADER","format":"IMAGE","example":{"header_handle":["https://app.example.com/h.jpg"]}},
            {"type":"BODY","text":"Olá {{nome}}, seu pedido {{pedido}} foi confirmado.","example":{"body_text_named_params":[{"param_name":"nome","example":"Ana"},{"param_name":"pedido","example":"#123"}]}},
            {"type":"BUTTONS","buttons":[{"type":"URL","text":"Acompanhar","url":"https://example.com/p/{{1}}","example":["https://example.com/p/123"]},{"type":"QUICK_REPLY","text":"Parar promoções"}]}]},
          {"name":"recordatorio_cita","language":"es","category":"UTILITY","quality":"GREEN","components":[
            {"type":"HEADER","format":"TEXT","text":"Tu cita en {{1}}","example":{"header_text":["Flame"]}},
            {"type":"BODY","text":"Hola {{1}}, te esperamos el {{2}} a las {{3}}. ¿Puedes venir?","example":{"body_text":[["Diego","lunes 3","10:30"]]}},
            {"type":"FOOTER","text":"Responde para cambiarla"},
            {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Sí, voy"},{"type":"QUICK_REPLY","text":"Cambiar"}]}]},
          {"name":"appointment_reminder","language":"en","category":"UTILITY","quality":"YELLOW","components":[
            {"type":"BODY","text":"Hi {{1}}, we expect you on {{2}}.","example":{"body_text":[["Ann","Monday"]]}},
            {"type":"BUTTONS","buttons":[{"type":"PHONE_NUMBER","text":"Call us","phone_number":"+15550100"}]}]},
          {"name":"hola","language":"es","category":"UTILITY","quality":"UNKNOWN","components":[
            {"type":"BODY","text":"¡Hola! ¿Seguimos con tu consulta? Responde a este mensaje."}]},
          {"name":"promo_verano","language":"es","category":"MARKETING","quality":"RED","components":[
            {"type":"BODY","text":"{{1}}, hoy tienes 20 % con el código de abajo.","example":{"body_text":[["Laura"]]}},
            {"type":"BUTTONS","buttons":[{"type":"COPY_CODE","text":"Copiar código","example":"FLAME20"}]}]},
          {"name":"pedido_en_camino","language":"es","category":"UTILITY","quality":"GREEN","components":[
            {"type":"HEADER","format":"LOCATION"},
            {"type":"BODY","text":"Hola {{1}}, tu pedido te espera en el lugar de arriba.","example":{"body_text":[["Laura"]]}}]},
          {"name":"abandoned_cart","language":"pt_BR","status":"REJECTED","rejected_reason":"INVALID_FORMAT","category":"MARKETING","components":[
            {"type":"BODY","text":"Você esqueceu algo: {{1}}","example":{"body_text":[["tênis"]]}}]},
          {"name":"nueva_coleccion","language":"es","status":"PENDING","category":"MARKETING","components":[
            {"type":"BODY","text":"Llegó la nueva colección. ¿Quieres verla?"}]}
        ]
        """;
}
